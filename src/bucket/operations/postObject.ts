import { authenticatePolicy } from '../auth/authenticatePolicy.ts';
import { evaluatePolicy, type SizeRange } from '../auth/evaluatePolicy.ts';
import { readDigests } from '../body/BodyExpectations.ts';
import { BodyVerifier } from '../body/BodyVerifier.ts';
import { MAX_BYTES, pump } from '../body/readBody.ts';
import type { Answer } from '../http/Answer.ts';
import { assertKey } from '../http/parseTarget.ts';
import { readForm, type UploadForm } from '../http/readForm.ts';
import { renderXml } from '../http/renderXml.ts';
import { S3Error } from '../S3Error.ts';
import type { ObjectAttributes, ObjectRecord } from '../storage/records.ts';
import type { Bucket } from '../storage/Store.ts';
import { makeAttributes } from './attributes.ts';
import { bucketOf, type OpenContext } from './Context.ts';
import { objectLocation } from './objectLocation.ts';
import { parseTagXml } from './objectOperations.ts';
import { recordOf, storedHeaders } from './putObject.ts';
import { readStoredAs } from './storedAs.ts';

type Fields = ReadonlyMap<string, string>;

/** POST Object, an upload by HTML form: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html */
export async function postObject(context: OpenContext): Promise<Answer> {
  const { request } = context;
  const bucket = bucketOf(context);
  const type = request.header('content-type');
  if (!type?.toLowerCase().startsWith('multipart/form-data')) {
    throw new S3Error('PreconditionFailed', 'Bucket POST must be of the enclosure-type multipart/form-data', {
      Condition: 'Bucket POST must be of the enclosure-type multipart/form-data',
    });
  }
  if (request.header('content-length') === undefined) throw new S3Error('MissingContentLength');
  const form = await readForm(type, context.body());
  try {
    return await storeForm(context, bucket, form);
  } finally {
    form.close();
  }
}

async function storeForm(context: OpenContext, bucket: Bucket, form: UploadForm): Promise<Answer> {
  const { request, store, identity } = context;
  const fields = fillFileName(form.fields, form.fileName);
  const policy = authenticatePolicy(fields, identity);
  const key = readKey(fields);
  const range = evaluatePolicy(policy, { fields, bucket: bucket.name, now: request.now });
  const attributes = readFormAttributes(fields);
  const verifier = new BodyVerifier(readDigests((name) => fields.get(name)));
  const { blob, result } = await store.blobs.write((sink) =>
    pump(limitSize(form.file, range), sink, verifier),
  );
  const record = recordOf(key, blob, result, attributes, request.now);
  bucket.objects.put(record);
  return answerForm(context, fields, record);
}

function fillFileName(fields: Fields, fileName: string): Fields {
  const filled = new Map(fields);
  for (const name of ['key', 'success_action_redirect']) {
    const value = fields.get(name);
    if (value !== undefined)
      filled.set(
        name,
        value.replaceAll('$' + '{filename}', () => fileName),
      );
  }
  return filled;
}

function readKey(fields: Fields): string {
  const key = fields.get('key');
  if (key === undefined) {
    throw new S3Error(
      'InvalidArgument',
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      { ArgumentName: 'key' },
    );
  }
  if (key === '')
    throw new S3Error('InvalidArgument', 'User key must have a length greater than 0.', {
      ArgumentName: 'key',
    });
  assertKey(key);
  return key;
}

function readFormAttributes(fields: Fields): ObjectAttributes {
  const prefix = 'x-amz-meta-';
  const metadata = [...fields].filter(([name]) => name.startsWith(prefix));
  const tagging = fields.get('tagging');
  return makeAttributes(
    (name) => fields.get(name),
    metadata.map(([name, value]) => [name.slice(prefix.length), value]),
    tagging === undefined ? [] : parseTagXml(tagging),
    readStoredAs((name) => fields.get(name), fields.get('acl')),
  );
}

/** Refuses a file out of range, a longer one as soon as it is too long. */
async function* limitSize(file: AsyncIterable<Buffer>, range: SizeRange): AsyncGenerator<Buffer> {
  const { min } = range;
  const max = Math.min(range.max, MAX_BYTES);
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size > max)
      throw new S3Error('EntityTooLarge', undefined, { ProposedSize: size, MaxSizeAllowed: max });
    yield chunk;
  }
  if (size < min) throw new S3Error('EntityTooSmall', undefined, { ProposedSize: size, MinSizeAllowed: min });
}

function answerForm({ request }: OpenContext, fields: Fields, record: ObjectRecord): Answer {
  const location = objectLocation(request, record.key);
  const headers = { ...storedHeaders(record), location };
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    target.searchParams.append('bucket', request.bucket);
    target.searchParams.append('key', record.key);
    target.searchParams.append('etag', `"${record.etag}"`);
    return { status: 303, headers: { ...headers, location: target.href } };
  }
  const wanted = fields.get('success_action_status');
  if (wanted === '201') {
    const body = { Location: location, Bucket: request.bucket, Key: record.key, ETag: `"${record.etag}"` };
    // Unlike other answers this one has no namespace.
    const xml = renderXml('PostResponse', body, false);
    return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body: xml };
  }
  return { status: wanted === '200' ? 200 : 204, headers };
}
