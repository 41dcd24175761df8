import type { I18n } from '@uppy/core/utils';
import { isBucketDropError } from '../protocol/BucketDropError.ts';
import type { DiagnosisCode } from '../transfer/Diagnosis.ts';
import type { TransferErrorCode } from '../transfer/TransferErrorCode.ts';
import { type DirectUploadStrings, locale } from './locale.ts';

/**
 * A failure as Uppy wants it: `message` says what happened, `details` what to do, both in the user's language.
 * `cause` is the engine's own BucketDropError, with the developer's message and hint.
 */
export class UploadFailure extends Error {
  override readonly name: string = 'UploadFailure';
  readonly code: TransferErrorCode | 'remote-file';
  readonly details: string;

  constructor(code: TransferErrorCode | 'remote-file', message: string, details: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.details = details;
  }
}

/** Puts an error of the engine into the user's language. What is not the engine's becomes `internal`. */
export function toUploadFailure(error: unknown, i18n: I18n): UploadFailure {
  const known = isBucketDropError(error) && hasSentence(error.code);
  const code = known ? (error.code as TransferErrorCode) : 'internal';
  const values = { reason: '', ...(known ? error.details : {}) };
  const say = (key: keyof DirectUploadStrings) => i18n(key, values).trim();
  const found = known ? diagnosisKey(error.details.diagnosis) : undefined;
  const details = found === undefined ? say(`hint.${code}`) : `${say(`hint.${code}`)} ${say(found)}`;
  return new UploadFailure(code, say(`error.${code}`), details, error);
}

/** What was found behind the failure, as the locale has it. */
function diagnosisKey(code: unknown): `found.${DiagnosisCode}` | undefined {
  const key = `found.${String(code)}`;
  return Object.hasOwn(locale.strings, key) ? (key as `found.${DiagnosisCode}`) : undefined;
}

/** An endpoint of a newer version may know codes that this page does not. */
function hasSentence(code: string): boolean {
  return Object.hasOwn(locale.strings, `error.${code}`);
}
