import { type CORSRule, GetBucketCorsCommand, PutBucketCorsCommand, type S3Client } from '@aws-sdk/client-s3';
import { exposesEtag, withRecommendedRule } from '../doctor/corsRules.ts';
import { findCorsFault } from '../doctor/findCorsFault.ts';
import { connectStore } from './connectStore.ts';
import type { DemoStore } from './DemoStore.ts';
import { DevError } from './DevError.ts';

/** A form goes to the bucket, a part to an object; the headers are those that a signature may cover. */
const PREFLIGHTS = [
  { method: 'POST', path: '', headers: [] },
  { method: 'PUT', path: '/cors-check', headers: ['content-md5', 'content-type', 'x-amz-checksum-crc32'] },
] as const;

/** What keeps the page out, sentence by sentence, and the rules that would let it in. */
export interface CorsReport {
  problems: string[];
  /** Every rule that the bucket should have then, those that it has now included. */
  rulesToSet: CORSRule[];
}

async function bucketUrl(client: S3Client, store: DemoStore): Promise<string> {
  const { endpointProvider, region, forcePathStyle } = client.config;
  const { url } = endpointProvider({
    Bucket: store.bucket,
    Region: await region(),
    ForcePathStyle: forcePathStyle,
    UseFIPS: false,
    UseDualStack: false,
    Accelerate: false,
    UseGlobalEndpoint: false,
    ...(store.endpoint === undefined ? {} : { Endpoint: store.endpoint }),
  });
  return url.href.replace(/\/$/, '');
}

/** The bucket's rules; none where it has none; undefined where they may not be read. */
async function readRules(client: S3Client, store: DemoStore): Promise<CORSRule[] | undefined> {
  try {
    const { CORSRules } = await client.send(new GetBucketCorsCommand({ Bucket: store.bucket }));
    return CORSRules ?? [];
  } catch (error) {
    return (error as Error).name === 'NoSuchCORSConfiguration' ? [] : undefined;
  }
}

/**
 * Whether a page of each of these origins may upload into the bucket: by real preflights, and by the bucket's
 * rules for the header ETag, which no preflight tells.
 */
export async function checkCors(
  store: DemoStore,
  origins: readonly string[],
  client: S3Client = connectStore(store),
): Promise<CorsReport> {
  const url = await bucketUrl(client, store);
  const rules = await readRules(client, store);
  const problems: string[] = [];
  for (const origin of origins) {
    const faults = await Promise.all(
      PREFLIGHTS.map(({ path, ...request }) => findCorsFault(url + path, { origin, ...request }, rules)),
    );
    const messages = faults.flatMap((fault) => (fault === undefined ? [] : [fault.message]));
    problems.push(...new Set(messages));
    if (messages.length === 0 && rules && !exposesEtag(rules, origin))
      problems.push(`it hides the header ETag from pages of ${origin} (ExposeHeaders)`);
  }
  return { problems, rulesToSet: withRecommendedRule(rules ?? [], origins) };
}

/**
 * Puts the rules in force.
 * @throws DevError if the store refuses.
 */
export async function setCors(
  store: DemoStore,
  rules: readonly CORSRule[],
  client: S3Client = connectStore(store),
): Promise<void> {
  try {
    await client.send(
      new PutBucketCorsCommand({ Bucket: store.bucket, CORSConfiguration: { CORSRules: [...rules] } }),
    );
  } catch (error) {
    throw new DevError(`The bucket's CORS rules could not be set: ${(error as Error).message}`);
  }
}
