import type { Finding } from './Report.ts';

const TIMEOUT_MS = 15_000;

export interface Answer {
  status: number;
  ok: boolean;
  headers: Headers;
  body: string;
  url: string;
}

/** No answer came from a host. */
export class Unreached extends Error {
  override readonly name = 'Unreached';
  /** `ENOTFOUND`, `ECONNREFUSED`, `CERT_HAS_EXPIRED`, … */
  readonly reason: string;
  readonly url: URL;

  constructor(url: string, cause: unknown) {
    super(`no answer from ${new URL(url).host}`, { cause });
    this.url = new URL(url);
    this.reason = reasonOf(cause);
  }

  get isTls(): boolean {
    return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/i.test(this.reason);
  }
}

/**
 * One request as it is, redirects not followed: a browser would not follow those of a preflight either.
 *
 * @throws Unreached
 */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      cache: 'no-store',
      ...init,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { status, ok, headers } = response;
    return { status, ok, headers, body: await response.text(), url };
  } catch (cause) {
    throw new Unreached(url, cause);
  }
}

/** Why a host did not answer, in words. */
export function unreachedFinding(error: Unreached, cause: Finding['cause'], hint: string): Finding {
  const { host, hostname } = error.url;
  if (error.isTls)
    return {
      cause: 'tls',
      message: `The TLS certificate of ${host} is not good: ${error.reason}.`,
      fixes: [{ say: 'Give the host a certificate that browsers trust, for this name and not yet expired.' }],
    };
  const words: Record<string, string> = {
    ENOTFOUND: `There is no host ${hostname} (DNS).`,
    EAI_AGAIN: `The name ${hostname} cannot be looked up (DNS).`,
    ECONNREFUSED: `Nobody listens at ${host}.`,
    ECONNRESET: `${host} hangs up without an answer.`,
    TimeoutError: `${host} gives no answer within ${TIMEOUT_MS / 1000} s.`,
  };
  const known = Object.hasOwn(words, error.reason) ? words[error.reason] : undefined;
  return {
    cause,
    message: known ?? `No answer from ${host} (${error.reason}).`,
    fixes: [{ say: hint }],
  };
}

/** undici hides the reason in a chain of causes, and of several addresses in a list. */
function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, errors } = at as { code?: unknown; errors?: unknown[] };
    if (typeof code === 'string') return code;
    if (Array.isArray(errors) && errors.length > 0) return reasonOf(errors[0]);
    if (at.name === 'TimeoutError') return at.name;
    if (at.cause === undefined) return at.message;
  }
  return String(error);
}
