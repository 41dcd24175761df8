import { type Answer, xmlAnswer } from '../http/Answer.ts';
import { childrenOf, parseXml, textOf } from '../http/parseXml.ts';
import { S3Error } from '../S3Error.ts';
import type { ObjectRecord, Pairs } from '../storage/records.ts';
import { assertTags } from './attributes.ts';
import { bucketOf, type Context } from './Context.ts';
import { readXmlBody } from './readXmlBody.ts';

const MAX_DELETE = 1000;
const MAX_XML_BYTES = 2 * 1024 * 1024;

export async function deleteObject(context: Context): Promise<Answer> {
  bucketOf(context).objects.delete(context.request.key);
  return { status: 204 };
}

/** DeleteObjects: up to 1,000 keys; a key that is not there counts as deleted. */
export async function deleteObjects(context: Context): Promise<Answer> {
  const bucket = bucketOf(context);
  const root = parseXml(await readXmlBody(context, MAX_XML_BYTES), 'Delete');
  const keys = childrenOf(root, 'Object').map((object) => textOf(object, 'Key'));
  if (keys.length === 0 || keys.length > MAX_DELETE || keys.some((key) => !key))
    throw new S3Error('MalformedXML');
  for (const key of keys) bucket.objects.delete(key as string);
  const quiet = textOf(root, 'Quiet')?.trim() === 'true';
  return xmlAnswer('DeleteResult', quiet ? {} : { Deleted: keys.map((Key) => ({ Key })) });
}

export async function getObjectTagging(context: Context): Promise<Answer> {
  const { tags } = existing(context);
  return xmlAnswer('Tagging', { TagSet: { Tag: tags.map(([Key, Value]) => ({ Key, Value })) } });
}

export async function putObjectTagging(context: Context): Promise<Answer> {
  setTags(context, parseTagXml(await readXmlBody(context, MAX_XML_BYTES)));
  return { status: 200 };
}

export async function deleteObjectTagging(context: Context): Promise<Answer> {
  setTags(context, []);
  return { status: 204 };
}

/** Tags from `<Tagging><TagSet><Tag>…`. @throws S3Error MalformedXML, InvalidTag. */
export function parseTagXml(text: string): Pairs {
  const [set] = childrenOf(parseXml(text, 'Tagging'), 'TagSet');
  if (set === undefined) throw new S3Error('MalformedXML');
  const tags = childrenOf(set, 'Tag').map(
    (tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const,
  );
  assertTags(tags);
  return tags;
}

function setTags(context: Context, tags: Pairs): void {
  bucketOf(context).objects.put({ ...existing(context), tags });
}

function existing(context: Context): ObjectRecord {
  const record = bucketOf(context).objects.get(context.request.key);
  if (record === undefined) throw new S3Error('NoSuchKey', undefined, { Key: context.request.key });
  return record;
}
