export interface BucketDropErrorOptions {
  /** What the person, or the site's developer, can do about it. */
  hint?: string;
  cause?: unknown;
  /** The HTTP status that came with it, if there was an answer at all. */
  status?: number;
  /** Values for the translated message, such as a file's name. */
  details?: Record<string, string | number>;
}

const NAME = 'BucketDropError';

/**
 * The one base of all errors that this project throws on purpose. `code` is a literal that programs compare and
 * that locales translate; `message` is for the developer's console.
 */
export class BucketDropError<Code extends string = string> extends Error {
  override readonly name: string = NAME;
  readonly code: Code;
  readonly hint: string | undefined;
  readonly status: number | undefined;
  readonly details: Record<string, string | number>;

  constructor(code: Code, message: string, options: BucketDropErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.status = options.status;
    this.details = options.details ?? {};
  }
}

/** True for our own errors, also for those of another copy of this module or of another realm. */
export function isBucketDropError(value: unknown): value is BucketDropError {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { name?: unknown }).name === NAME &&
    typeof (value as { code?: unknown }).code === 'string'
  );
}
