import type { DeadRequest, Diagnosis, DiagnosisCode } from '../Diagnosis.ts';

/** Files that fail together fail of one cause. */
const GOOD_FOR_MS = 10_000;
/** A store that is silent is not asked again and again while requests are still tried. */
const ASK_AHEAD_EVERY_MS = 60_000;

/** The bucket is there, and keeps this page out. */
const KEPT_OUT: ReadonlySet<DiagnosisCode> = new Set(['bucket-origin', 'bucket-method', 'bucket-headers']);

const running = new Map<string, Promise<Diagnosis | undefined>>();
const known = new Map<string, Diagnosis>();
const askedAheadAtMs = new Map<string, number>();

/** One diagnosis for all requests of one kind that die within a while. Undefined where its code could not be loaded. */
export function diagnoseOnce(request: DeadRequest): Promise<Diagnosis | undefined> {
  const key = keyOf(request);
  const asked = running.get(key);
  if (asked) return asked;
  const asking = run(key, request);
  running.set(key, asking);
  return asking;
}

async function run(key: string, request: DeadRequest): Promise<Diagnosis | undefined> {
  try {
    const { diagnose } = await import('./diagnose.ts');
    const diagnosis = await diagnose(request);
    known.set(key, diagnosis);
    return diagnosis;
  } catch {
    // Of a page whose server is gone as well, for example.
    return undefined;
  } finally {
    setTimeout(() => {
      running.delete(key);
      known.delete(key);
    }, GOOD_FOR_MS);
  }
}

/**
 * Whether it is known by now that the bucket's CORS rules keep this page out, which no further try changes. Asks ahead,
 * and waits for nothing.
 */
export function isKnownToBeKeptOut(request: DeadRequest): boolean {
  const key = keyOf(request);
  const diagnosis = known.get(key);
  if (diagnosis) return keepsOut(diagnosis);
  const before = askedAheadAtMs.get(key) ?? Number.NEGATIVE_INFINITY;
  if (performance.now() - before > ASK_AHEAD_EVERY_MS) {
    askedAheadAtMs.set(key, performance.now());
    void diagnoseOnce(request);
  }
  return false;
}

export function keepsOut(diagnosis: Diagnosis | undefined): boolean {
  return diagnosis !== undefined && KEPT_OUT.has(diagnosis.code);
}

function keyOf({ to, url, method, headers }: DeadRequest): string {
  // Objects of a bucket share its rules; calls of an endpoint do not have to.
  const place = to === 'bucket' && URL.canParse(url) ? new URL(url).origin : url;
  return JSON.stringify([to, place, method, headers]);
}
