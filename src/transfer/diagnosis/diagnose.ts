import type { DeadRequest, Diagnosis } from '../Diagnosis.ts';

const PATIENCE_MS = 5_000;
/** No upload has this id: whatever the bucket thinks of strangers, such a request stores nothing. */
const HARMLESS = '?partNumber=1&uploadId=bucketdrop-diagnosis';

/**
 * Finds out why a request died with status 0, by asking for less and less. Stores answer a request without a signature
 * with a refusal, and where their CORS rules let the page send such a one, the page may read that: so an answer,
 * whatever it says, means that the rules are right. A host that is silent is asked once and no more.
 */
export async function diagnose(request: DeadRequest): Promise<Diagnosis> {
  if (globalThis.navigator?.onLine === false) return { code: 'offline' };
  return request.to === 'bucket' ? diagnoseBucket(request) : diagnoseEndpoint(request);
}

async function diagnoseBucket(request: DeadRequest): Promise<Diagnosis> {
  // Without CORS the answer cannot be read, but that there is one can be told.
  const isThere = () => answers(`${new URL(request.url).origin}/`, { mode: 'no-cors' });
  if (!(await isThere())) return { code: 'bucket-silent' };
  const diagnosis = await diagnoseRules(request);
  // On a line that comes and goes, silence in between looks like a refusal.
  return diagnosis.code === 'bucket-cut' || (await isThere()) ? diagnosis : { code: 'bucket-silent' };
}

async function diagnoseRules({ url, method, headers }: DeadRequest): Promise<Diagnosis> {
  const may = (way: string, names: readonly string[]) =>
    answers(way === 'POST' ? url : url + HARMLESS, {
      method: way,
      headers: Object.fromEntries(names.map((name) => [name, valueFor(name)])),
      ...(way === 'POST' && { body: new FormData() }),
    });
  if (await may(method, headers)) return { code: 'bucket-cut' };
  if (headers.length > 0 && (await may(method, []))) {
    const refused: string[] = [];
    for (const name of headers) if (!(await may(method, [name]))) refused.push(name);
    return {
      code: 'bucket-headers',
      details: { method, headers: (refused.length > 0 ? refused : headers).join(', ') },
    };
  }
  for (const other of ['PUT', 'POST', 'GET'])
    if (other !== method && (await may(other, []))) return { code: 'bucket-method', details: { method } };
  return { code: 'bucket-origin' };
}

async function diagnoseEndpoint({ url }: DeadRequest): Promise<Diagnosis> {
  if (!(await answers(url, { mode: 'no-cors' }))) return { code: 'endpoint-silent' };
  if (new URL(url).origin === globalThis.location?.origin) return { code: 'endpoint-cut' };
  if (!(await answers(url))) return { code: 'endpoint-origin' };
  const preflighted = await answers(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '',
  });
  return { code: preflighted ? 'endpoint-cut' : 'endpoint-preflight' };
}

async function answers(url: string, init: RequestInit = {}): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    await fetch(url, { cache: 'no-store', credentials: 'omit', ...init, signal });
    return true;
  } catch {
    return false;
  }
}

/** Only the names are asked for; the type is one that needs permission. */
function valueFor(name: string): string {
  return name === 'content-type' ? 'application/octet-stream' : 'x';
}
