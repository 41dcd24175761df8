import type { Answer } from './ask.ts';
import type { BucketRequests } from './BucketRequests.ts';
import type { Examination } from './Examination.ts';
import { explainRefusal, readRefusal } from './explainRefusal.ts';

/** One request by the key alone, without a browser. */
export async function tryAction(
  examination: Examination,
  requests: BucketRequests,
  title: string,
  action: string,
  request: Parameters<BucketRequests['ask']>[0],
): Promise<Answer | undefined> {
  const answer = await requests.ask(request);
  const refusal = readRefusal(answer);
  if (refusal === undefined) {
    examination.pass(title, 'allowed');
    return answer;
  }
  examination.fail(title, explainRefusal(refusal, requests.attempt(action)));
  return undefined;
}
