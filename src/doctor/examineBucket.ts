import { randomBytes, randomUUID } from 'node:crypto';
import { type CORSRule, GetBucketCorsCommand } from '@aws-sdk/client-s3';
import { resolveOptions } from '../endpoint/resolveOptions.ts';
import { Store } from '../endpoint/Store.ts';
import type { StoreOptions } from '../endpoint/UploadEndpointOptions.ts';
import { type Answer, ask, Unreached, unreachedFinding } from './ask.ts';
import { BucketRequests } from './BucketRequests.ts';
import { examineClock, skewOf } from './clock.ts';
import { Examination } from './Examination.ts';
import { examineHosts } from './examineHosts.ts';
import { examineMultipart } from './examineMultipart.ts';
import { examineRequest } from './examineRequest.ts';
import { explainRefusal, readRefusal } from './explainRefusal.ts';
import type { Report } from './Report.ts';
import { TEST_BYTES } from './testFile.ts';
import { tryAction } from './tryAction.ts';

export interface BucketToExamine {
  store: StoreOptions;
  /** Of the page that shall upload; without it, CORS is not looked at. */
  origin?: string | undefined;
  /** Goes before the keys of the test objects: `uploads/`. */
  prefix?: string | undefined;
  /** Milliseconds since 1970. Default: this machine's clock. */
  now?: (() => number) | undefined;
}

/**
 * Does with a bucket what an endpoint and a page would do together: is it there, do clock, region and keys fit, may
 * this key do all that is needed, and may that page send and see what it has to. What it stores it deletes again.
 *
 * @throws BucketDropError `endpoint-misconfigured` for options that no endpoint would start with
 */
export async function examineBucket(patient: BucketToExamine): Promise<Report> {
  const examination = new Examination();
  const { origin, now = Date.now, prefix = '' } = patient;
  const options = { store: patient.store, secret: randomBytes(32), anonymous: true } as const;
  const store = new Store(resolveOptions(options).store);
  try {
    const first = await findStore(examination, store);
    if (first === undefined) return examination.report();
    const skewMs = skewOf(now(), first.headers);
    examineClock(examination, "this machine's clock", skewMs);
    const key = `${prefix}bucketdrop-doctor-${randomUUID()}.txt`;
    const requests = new BucketRequests(store, key, now);
    if (origin === undefined)
      examination.skip('CORS', 'say --origin https://your.page to see whether its pages may upload');
    await examineStore(examination, requests, origin, await readCorsRules(store, origin, skewMs));
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    examination.fail('Store', unreachedFinding(error, 'store-unreachable', STORE_HINT));
  } finally {
    store.client.destroy();
  }
  return examination.report();
}

const STORE_HINT = 'Is the store running, and is its address right (AWS_ENDPOINT_URL_S3, --store-endpoint)?';

/** A question without a signature: whatever comes back, the store is there. */
async function findStore(examination: Examination, store: Store): Promise<Answer | undefined> {
  const { bucketUrl, bucket } = store;
  const style = bucketUrl.hostname.startsWith(`${bucket}.`) ? 'virtual-hosted style' : 'path style';
  try {
    const answer = await ask(bucketUrl.href);
    examination.pass('Store', `${bucketUrl.host} answers (${style})`);
    return answer;
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    const noSuchName = error.reason === 'ENOTFOUND' || error.reason === 'EAI_AGAIN';
    const fault =
      style !== 'path style' && noSuchName
        ? {
            cause: 'path-style' as const,
            message: `There is no host ${bucketUrl.hostname} (DNS): this store does not give each bucket a host name.`,
            fixes: [
              { say: 'Ask for the bucket by path:', paste: 'BUCKETDROP_FORCE_PATH_STYLE=true' },
              { say: 'or correct the name of the bucket or the address of the store.' },
            ],
          }
        : unreachedFinding(error, 'store-unreachable', STORE_HINT);
    examination.fail('Store', fault);
    return undefined;
  }
}

/** None where the bucket has none; undefined where this key may not read them, which is no fault. */
async function readCorsRules(
  store: Store,
  origin: string | undefined,
  skewMs = 0,
): Promise<CORSRule[] | undefined> {
  if (origin === undefined) return undefined;
  store.client.config.systemClockOffset = -skewMs;
  try {
    const { CORSRules } = await store.client.send(new GetBucketCorsCommand({ Bucket: store.bucket }));
    return CORSRules ?? [];
  } catch (error) {
    return (error as Error).name === 'NoSuchCORSConfiguration' ? [] : undefined;
  }
}

async function examineStore(
  examination: Examination,
  requests: BucketRequests,
  origin: string | undefined,
  rules: readonly CORSRule[] | undefined,
): Promise<void> {
  const { attempt } = requests;
  const common = { bytes: TEST_BYTES, origin, rules, attempt: attempt('s3:PutObject') };
  const put = await examineRequest(examination, {
    ...common,
    title: 'PUT of a file',
    signed: await requests.put(),
    needsEtag: false,
  });
  if (put.hopeless) return;
  let stored = put.answer !== undefined;
  if (requests.takesForms) {
    const form = await examineRequest(examination, {
      ...common,
      title: 'POST form with a file',
      signed: await requests.form(),
      needsEtag: false,
    });
    stored ||= form.answer !== undefined;
  }
  if (stored) await tryAction(examination, requests, 'HEAD and GET', 's3:GetObject', { method: 'GET' });
  stored = (await examineMultipart(examination, requests, common)) || stored;
  await examineHosts(examination, requests, common);
  if (stored) await cleanUp(examination, requests);
  await examineRegion(examination, requests);
}

/** A key that may not delete is the better key, unless pages shall delete. */
async function cleanUp(examination: Examination, requests: BucketRequests): Promise<void> {
  const refusal = readRefusal(await requests.ask({ method: 'DELETE' }));
  if (refusal === undefined) {
    examination.pass('Clean-up', 'the test object is deleted');
    return;
  }
  examination.leaveBehind(requests.key);
  examination.note(
    'Clean-up',
    `the key may not delete (s3:DeleteObject), which only delete links need: ${requests.key} stays`,
  );
}

/** Ceph takes a signature for any region: the day that the bucket moves elsewhere, that no longer works. */
async function examineRegion(examination: Examination, requests: BucketRequests): Promise<void> {
  const region = 'no-such-region-1';
  const said = readRefusal(await requests.ask({ method: 'GET' }, region));
  const attempt = { ...requests.attempt('s3:GetObject'), region };
  if (said !== undefined && explainRefusal(said, attempt).cause === 'wrong-region')
    examination.pass('Region', `${requests.region} is what the store expects`);
  else
    examination.note(
      'Region',
      `the store takes signatures for any region, so nobody can tell whether ${requests.region} is right`,
    );
}
