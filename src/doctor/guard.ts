import { Unreached, unreachedFinding } from './ask.ts';
import { EndpointFault } from './EndpointProbe.ts';
import type { Examination } from './Examination.ts';
import type { Finding } from './Report.ts';

/** Turns what stands in the way into a failed check. */
export async function guard<Result>(
  examination: Examination,
  title: string,
  run: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await run();
  } catch (error) {
    let finding: Finding;
    if (error instanceof EndpointFault) finding = error.finding;
    else if (!(error instanceof Unreached)) throw error;
    else if (title === 'Endpoint')
      finding = unreachedFinding(error, 'endpoint-down', 'Is the server running, and is the address right?');
    else finding = unreachedFinding(error, 'store-unreachable', STORE_HINT);
    examination.fail(title, finding);
    return undefined;
  }
}

const STORE_HINT =
  'The endpoint signs for this address, and browsers have to reach it too. If the server reaches the store by another address than browsers do, set `store.publicEndpoint` to theirs.';
