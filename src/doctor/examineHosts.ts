import { Unreached, unreachedFinding } from './ask.ts';
import type { BucketRequests } from './BucketRequests.ts';
import type { Examination } from './Examination.ts';
import { examineRequest, type RequestToExamine } from './examineRequest.ts';
import { explainRefusal, readRefusal } from './explainRefusal.ts';

/**
 * Does with each further host name of a bucket what a page would do, and looks from the first one whether it leads into
 * the same bucket. What it stores it deletes again.
 */
export async function examineHosts(
  examination: Examination,
  first: BucketRequests,
  common: Pick<RequestToExamine, 'bytes' | 'origin' | 'rules' | 'attempt'>,
): Promise<void> {
  for (const there of first.elsewhere()) {
    const title = `PUT of a file to ${there.host}`;
    try {
      const signed = await there.put();
      const { answer } = await examineRequest(examination, { ...common, title, signed, needsEtag: false });
      if (answer) await compare(examination, first.of(there.key), there.host);
    } catch (error) {
      if (!(error instanceof Unreached)) throw error;
      examination.fail(title, unreachedFinding(error, 'store-unreachable', HINT));
    }
  }
}

const HINT = 'Is it a name of this store, and can pages reach it? Otherwise take it out of `store.hosts`.';

async function compare(examination: Examination, here: BucketRequests, host: string): Promise<void> {
  const title = `${host} and ${here.host}`;
  const refusal = readRefusal(await here.ask({ method: 'GET' }));
  if (refusal === undefined) {
    examination.pass(title, 'one and the same bucket');
    if (readRefusal(await here.ask({ method: 'DELETE' })) !== undefined) examination.leaveBehind(here.key);
    return;
  }
  examination.leaveBehind(here.key);
  if (refusal.code !== 'NoSuchKey')
    examination.fail(title, explainRefusal(refusal, here.attempt('s3:GetObject')));
  else
    examination.fail(title, {
      cause: 'another-store',
      message: `What is stored at ${host} is not in the bucket at ${here.host}.`,
      fixes: [{ say: 'Name addresses of one store in `store.hosts` (BUCKETDROP_HOSTS).' }],
    });
}
