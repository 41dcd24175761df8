import type { Cause, Check, Finding, Report } from './Report.ts';

const IDENTITY: ReadonlySet<Cause> = new Set(['wrong-key', 'wrong-secret', 'wrong-token']);

/** Collects what is found, check by check. */
export class Examination {
  readonly #checks: Check[] = [];
  readonly #leftBehind: string[] = [];

  pass(title: string, message: string): void {
    this.#checks.push({ title, status: 'passed', message });
  }

  note(title: string, message: string): void {
    this.#checks.push({ title, status: 'noted', message });
  }

  skip(title: string, message: string): void {
    this.#checks.push({ title, status: 'skipped', message });
  }

  fail(title: string, finding: Finding): void {
    if (IDENTITY.has(finding.cause)) this.#correct(finding);
    this.#checks.push({ title, status: 'failed', ...finding });
  }

  /** Ceph says "access denied" to a form whose key or signature is wrong; what was found since knows better. */
  #correct(finding: Finding): void {
    for (const check of this.#checks) if (check.cause === 'denied') Object.assign(check, finding);
  }

  /** Whatever there is to say: a finding fails the check, nothing passes it. */
  conclude(title: string, finding: Finding | undefined, message: string): void {
    if (finding === undefined) this.pass(title, message);
    else this.fail(title, finding);
  }

  leaveBehind(key: string): void {
    this.#leftBehind.push(key);
  }

  report(): Report {
    const causes = this.#checks.flatMap(({ status, cause }) => (status === 'failed' && cause ? [cause] : []));
    return {
      healthy: causes.length === 0,
      causes: [...new Set(causes)],
      checks: this.#checks,
      leftBehind: this.#leftBehind,
    };
  }
}
