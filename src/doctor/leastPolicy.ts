/** What the endpoint's key has to be allowed, and what for. */
export const NEEDED_ACTIONS = {
  's3:PutObject': 'to store files, in one request and in parts, and to put parts together',
  's3:AbortMultipartUpload': 'to give up an upload that was canceled',
  's3:ListMultipartUploadParts': 'to go on with an interrupted upload',
  's3:GetObject': 'to check what was stored (HEAD), and for download links',
} as const;

export type NeededAction = keyof typeof NEEDED_ACTIONS;

export interface PolicyOptions {
  bucket: string;
  /** What stands before every key, such as `uploads/`. */
  prefix?: string;
  /** Whether pages may delete what they have uploaded. */
  deleteLinks?: boolean;
}

/**
 * The least IAM policy of the key that the endpoint signs with. `s3:ListBucket` gives no rights over objects: without
 * it S3 answers 403 instead of 404 for an object that is not there, and the endpoint cannot tell one from the other.
 * `s3:ListBucketMultipartUploads` finds what was begun in the bucket by a request whose answer was lost; without it, such
 * uploads wait for the lifecycle rule.
 */
export function leastPolicy({ bucket, prefix = '', deleteLinks = false }: PolicyOptions) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Objects',
        Effect: 'Allow',
        Action: [...Object.keys(NEEDED_ACTIONS), ...(deleteLinks ? ['s3:DeleteObject'] : [])],
        Resource: `arn:aws:s3:::${bucket}/${prefix}*`,
      },
      {
        Sid: 'Missing',
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
        Resource: `arn:aws:s3:::${bucket}`,
      },
    ],
  };
}

/** Ends uploads that nobody came back to, and with them what their parts cost. */
export function abandonedUploadsRule(days = 14) {
  return {
    Rules: [
      {
        ID: 'bucketdrop-abandoned-uploads',
        Status: 'Enabled',
        Filter: { Prefix: '' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: days },
      },
    ],
  };
}
