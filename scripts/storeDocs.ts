import { corsAsJson, corsAsXml, recommendedCorsRule } from '../src/doctor/corsRules.ts';
import { abandonedUploadsRule, leastPolicy } from '../src/doctor/leastPolicy.ts';
import { STORE_PROFILES, type StoreProfileName } from '../src/endpoint/storeProfiles.ts';

const ORIGIN = 'https://my.site';
const BUCKET = 'my-bucket';
const PREFIX = 'uploads/';
const RULE = recommendedCorsRule([ORIGIN]);
const pretty = (value: unknown) => JSON.stringify(value, null, 2);

/** The stores that have a page of their own under docs/stores. */
export const DOCUMENTED = [
  'aws',
  'r2',
  'minio',
  'b2',
  'ceph',
  'gcs',
  'generic',
] as const satisfies readonly StoreProfileName[];

/** What the pages show of the code, by the name that stands before each block: written once, and checked by a test. */
export const BLOCKS: Readonly<Record<string, string>> = {
  'cors json': corsAsJson([RULE]),
  'cors rules json': pretty([RULE]),
  'cors xml': corsAsXml([RULE]),
  'cors gcs': pretty([
    {
      origin: RULE.AllowedOrigins,
      method: RULE.AllowedMethods,
      responseHeader: ['ETag', 'Content-Type', 'Content-Disposition', 'Content-MD5', 'x-amz-meta-*'],
      maxAgeSeconds: RULE.MaxAgeSeconds,
    },
  ]),
  policy: pretty(leastPolicy({ bucket: BUCKET, prefix: PREFIX })),
  'bucket policy': pretty(forUser('arn:aws:iam:::user/uploader')),
  lifecycle: pretty(abandonedUploadsRule()),
  'lifecycle gcs': pretty({
    rule: [{ action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: 14 } }],
  }),
};

function forUser(user: string) {
  const policy = leastPolicy({ bucket: BUCKET, prefix: PREFIX });
  const Principal = { AWS: [user] };
  return { ...policy, Statement: policy.Statement.map((statement) => ({ ...statement, Principal })) };
}

/** What a profile says, as the table on its page. */
export function profileTable(name: StoreProfileName): string {
  const { singleRequest, forcePathStyle, checksums, attributes, maxKeyBytes, maxKeySegmentBytes } =
    STORE_PROFILES[name];
  const overwriting = {
    none: 'not prevented',
    put: 'prevented for files in one request',
    'put-and-complete': 'prevented',
  };
  const keys = `${maxKeyBytes} bytes, ${maxKeySegmentBytes} between two slashes`;
  return [
    `| \`${name}\` | |`,
    '| --- | --- |',
    `| A file in one request | ${singleRequest === 'post' ? 'POST form: one preflight for all files' : 'PUT: one preflight for each file'} |`,
    `| Address | ${forcePathStyle ? '`https://host/bucket`' : '`https://bucket.host`'} |`,
    `| The store verifies parts by | ${checksums.parts.toUpperCase()} |`,
    `| Replacing an object with \`noOverwrite\` | ${overwriting[attributes.ifNoneMatch]} |`,
    `| Tags on files in parts | ${attributes.multipartTags ? 'yes' : 'no'} |`,
    `| Longest key | ${keys} |`,
  ].join('\n');
}
