import { corsRulesToXml, parseCorsRules } from '../cors/CorsRule.ts';
import { type Answer, xmlAnswer } from '../http/Answer.ts';
import { S3Error } from '../S3Error.ts';
import { bucketOf, type Context } from './Context.ts';
import { readXmlBody } from './readXmlBody.ts';

/** S3's limit for a CORS configuration. */
const MAX_CORS_BYTES = 64 * 1024;

export async function listBuckets({ store, identity }: Context): Promise<Answer> {
  const owner = { ID: identity.credentials.accessKeyId };
  return xmlAnswer('ListAllMyBucketsResult', {
    Owner: owner,
    Buckets: {
      Bucket: store.list().map(({ name, created }) => ({
        Name: name,
        CreationDate: new Date(created).toISOString(),
      })),
    },
  });
}

/** Making a bucket again is a 200 in us-east-1 and a 409 everywhere else. */
export async function createBucket({ store, request, identity }: Context): Promise<Answer> {
  if (store.find(request.bucket) !== undefined && identity.region !== 'us-east-1') {
    throw new S3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: request.bucket });
  }
  store.create(request.bucket, request.now);
  return { status: 200, headers: { location: `/${request.bucket}` } };
}

export async function headBucket(context: Context): Promise<Answer> {
  bucketOf(context);
  return { status: 200, headers: { 'x-amz-bucket-region': context.identity.region } };
}

export async function deleteBucket({ store, request }: Context): Promise<Answer> {
  store.delete(request.bucket);
  return { status: 204 };
}

export async function getBucketLocation(context: Context): Promise<Answer> {
  bucketOf(context);
  const { region } = context.identity;
  return xmlAnswer('LocationConstraint', region === 'us-east-1' ? '' : region);
}

export async function getBucketVersioning(context: Context): Promise<Answer> {
  bucketOf(context);
  return xmlAnswer('VersioningConfiguration', {});
}

export async function putBucketCors(context: Context): Promise<Answer> {
  const bucket = bucketOf(context);
  bucket.setCors(parseCorsRules(await readXmlBody(context, MAX_CORS_BYTES)));
  return { status: 200 };
}

export async function getBucketCors(context: Context): Promise<Answer> {
  const bucket = bucketOf(context);
  if (bucket.cors === undefined) {
    throw new S3Error('NoSuchCORSConfiguration', undefined, { BucketName: bucket.name });
  }
  return xmlAnswer('CORSConfiguration', corsRulesToXml(bucket.cors));
}

export async function deleteBucketCors(context: Context): Promise<Answer> {
  bucketOf(context).setCors(undefined);
  return { status: 204 };
}
