import type { DeadRequest, Diagnosis } from '../Diagnosis.ts';

/** Files that fail together fail of one cause. */
const GOOD_FOR_MS = 10_000;

const recent = new Map<string, Promise<Diagnosis | undefined>>();

/** One diagnosis for all requests of one kind that die within a while. Undefined where its code could not be loaded. */
export function diagnoseOnce(request: DeadRequest): Promise<Diagnosis | undefined> {
  const { to, url, method, headers } = request;
  const key = JSON.stringify([to, URL.canParse(url) ? new URL(url).origin : url, method, headers]);
  const known = recent.get(key);
  if (known) return known;
  const asked = import('./diagnose.ts').then(
    ({ diagnose }) => diagnose(request),
    // Of a page whose server is gone as well, for example.
    () => undefined,
  );
  recent.set(key, asked);
  const forget = () => setTimeout(() => recent.delete(key), GOOD_FOR_MS);
  void asked.then(forget, forget);
  return asked;
}
