import { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
import type { TransferErrorCode } from '../transfer/TransferErrorCode.ts';
import { toUploadFailure, UploadFailure } from '../uppy/UploadFailure.ts';
import type { Translate } from './WidgetLocale.ts';

/** A failure in the person's language. */
export interface WidgetError extends Error {
  /** `refused-at-drop`: against the restrictions. The others are the engine's. */
  readonly code: TransferErrorCode | 'remote-file' | 'refused-at-drop';
  /** What happened. */
  readonly message: string;
  /** What to do about it. */
  readonly details: string;
}

/** A file that was not taken into the list. */
export class RefusedAtDrop extends Error implements WidgetError {
  override readonly name: string = 'RefusedAtDrop';
  readonly code = 'refused-at-drop';
  readonly details: string = '';
}

/** Brings whatever went wrong into one form and the person's language. */
export function toWidgetError(error: unknown, say: Translate): WidgetError {
  if (error instanceof UploadFailure) return error;
  const known = isBucketDropError(error) ? error : fromStockPlugin(error);
  return toUploadFailure(known ?? error, say as Parameters<typeof toUploadFailure>[1]);
}

/** Errors of `@uppy/aws-s3`: an `S3ServiceError` has the store's status and word, an `S3NetworkError` neither. */
function fromStockPlugin(error: unknown): BucketDropError<TransferErrorCode> | undefined {
  if (!(error instanceof Error)) return undefined;
  const { status, serviceCode, code } = error as { status?: unknown; serviceCode?: unknown; code?: unknown };
  if (typeof status === 'number') {
    const reason = typeof serviceCode === 'string' ? serviceCode : String(status);
    const failed = status >= 500 ? 'bucket-failed' : 'bucket-refused';
    return new BucketDropError(failed, error.message, { status, details: { reason }, cause: error });
  }
  if (code !== 'NETWORK') return undefined;
  return new BucketDropError('bucket-unreachable', error.message, { cause: error });
}
