import { type Answer, xmlAnswer } from '../http/Answer.ts';
import { S3Error } from '../S3Error.ts';
import { bucketOf, type Context } from './Context.ts';

const OWNER = { ID: 'owner', DisplayName: 'owner' };
const GROUPS = 'http://acs.amazonaws.com/groups/global/';
/** Group and permission that a canned ACL gives besides the owner's own. */
const GRANTS: Readonly<Record<string, readonly (readonly [group: string, permission: string])[]>> = {
  'public-read': [['AllUsers', 'READ']],
  'public-read-write': [
    ['AllUsers', 'READ'],
    ['AllUsers', 'WRITE'],
  ],
  'authenticated-read': [['AuthenticatedUsers', 'READ']],
};

/**
 * GetObjectAcl: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
 * The canned ACL is told and changes nothing: whoever has no signature gets nothing here.
 */
export async function getObjectAcl(context: Context): Promise<Answer> {
  const { key } = context.request;
  const record = bucketOf(context).objects.get(key);
  if (record === undefined) throw new S3Error('NoSuchKey', undefined, { Key: key });
  const given = Object.hasOwn(GRANTS, record.acl ?? '') ? (GRANTS[record.acl ?? ''] ?? []) : [];
  return xmlAnswer('AccessControlPolicy', {
    Owner: OWNER,
    AccessControlList: {
      Grant: [
        { Grantee: OWNER, Permission: 'FULL_CONTROL' },
        ...given.map(([group, Permission]) => ({ Grantee: { URI: GROUPS + group }, Permission })),
      ],
    },
  });
}
