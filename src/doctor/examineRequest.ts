import type { CORSRule } from '@aws-sdk/client-s3';
import { type Answer, ask } from './ask.ts';
import { signedAt, skewOf } from './clock.ts';
import type { Examination } from './Examination.ts';
import { type Attempt, explainRefusal, readRefusal } from './explainRefusal.ts';
import { corsFixes, findCorsFault } from './findCorsFault.ts';
import { allowsOrigin, exposes } from './judgeCors.ts';
import type { Cause, Finding } from './Report.ts';

/** A request that the endpoint has signed, as the browser gets it. */
export interface SignedRequest {
  method: 'PUT' | 'POST';
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Of a form. */
  fields?: Readonly<Record<string, string>>;
}

export interface RequestToExamine {
  title: string;
  signed: SignedRequest;
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the page; without one, what only browsers care about is not looked at. */
  origin: string | undefined;
  attempt: Omit<Attempt, 'clockSkewMs'>;
  /** The bucket's CORS rules, where they could be read. */
  rules?: readonly CORSRule[] | undefined;
  /** Completing needs the ETag, and the answer's header alone has it. */
  needsEtag: boolean;
}

/** Causes that no request to this bucket gets around. */
const HOPELESS: ReadonlySet<Cause> = new Set([
  'bucket-missing',
  'clock',
  'store-unreachable',
  'tls',
  'wrong-key',
  'wrong-region',
  'wrong-secret',
  'wrong-token',
]);

export interface ExaminedRequest {
  /** Of a request that did what it was for. */
  answer?: Answer;
  /** Nothing further need be tried. */
  hopeless: boolean;
}

/**
 * Sends a signed request as a page would: its preflight, then the request itself with the page's origin, and looks at
 * both answers as a browser does.
 *
 * @throws Unreached
 */
export async function examineRequest(
  examination: Examination,
  request: RequestToExamine,
): Promise<ExaminedRequest> {
  const { title, signed, origin, attempt } = request;
  const answer = await ask(signed.url, toInit(request));
  const refusal = readRefusal(answer);
  if (refusal !== undefined) {
    const at = signedAt(signed);
    const clockSkewMs = at === undefined ? undefined : skewOf(at, answer.headers);
    const finding = explainRefusal(refusal, { ...attempt, clockSkewMs });
    examination.fail(title, finding);
    if (HOPELESS.has(finding.cause)) return { hopeless: true };
  } else examination.pass(title, 'stored');
  if (origin !== undefined)
    examination.conclude(
      `${title}, from ${origin}`,
      await findPageFault(request, origin, answer, refusal === undefined),
      request.needsEtag ? 'allowed, and the page sees the ETag' : 'allowed',
    );
  return refusal === undefined ? { answer, hopeless: false } : { hopeless: false };
}

async function findPageFault(
  { signed, rules, needsEtag }: RequestToExamine,
  origin: string,
  answer: Answer,
  succeeded: boolean,
): Promise<Finding | undefined> {
  const { method, url, headers = {} } = signed;
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const fault = await findCorsFault(bare(url), { origin, method, headers: names }, rules);
  // Stores leave the CORS headers out of some refusals, so only a success shows what they are like.
  if (fault !== undefined || !succeeded) return fault;
  const fixes = corsFixes(origin, rules);
  if (!allowsOrigin(answer.headers, origin))
    return {
      cause: 'origin-not-allowed',
      message: `The preflight is answered for ${origin}, but the answer to ${method} itself is not: something between here and the store takes its CORS headers away.`,
      fixes,
    };
  if (!needsEtag || exposes(answer.headers, 'etag')) return undefined;
  return {
    cause: 'etag-hidden',
    message: `The bucket hides the ETag from pages of ${origin} (ExposeHeaders), and completing an upload needs it.`,
    fixes,
  };
}

function toInit({ signed, bytes, origin }: RequestToExamine): RequestInit {
  const { method, headers = {}, fields } = signed;
  const sent = { ...headers, ...(origin === undefined ? {} : { origin }) };
  if (fields === undefined) return { method, headers: sent, body: bytes };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([bytes]), 'file');
  return { method, headers: sent, body: form };
}

/** Preflights are decided by path and origin; a signature has no business in more requests than it must. */
function bare(url: string): string {
  return url.split('?')[0] ?? url;
}
