import { isBucketDropError } from '../protocol/BucketDropError.ts';
import { ENDPOINT_ERROR_STATUS, isEndpointErrorCode } from '../protocol/errorCodes.ts';
import type { ExplainedError } from './Call.ts';
import { explainStoreError } from './explainStoreError.ts';
import type { LogEntry } from './UploadEndpointOptions.ts';

/** Codes that the operator should see, because no visitor of the site can do anything about them. */
const LOG_LEVELS: Partial<Record<string, LogEntry['level']>> = {
  internal: 'error',
  'store-refused': 'error',
  'store-unavailable': 'error',
  'object-mismatch': 'warn',
  'ticket-invalid': 'warn',
};

/**
 * What the browser is told of an error. What nobody threw on purpose is a bug, of ours or of the site's hooks: the
 * browser learns nothing of it, the log all.
 */
export function explainError(error: unknown, call: string, log: (entry: LogEntry) => void): ExplainedError {
  const known = isBucketDropError(error) ? error : explainStoreError(error);
  const explained: ExplainedError =
    known !== null && isEndpointErrorCode(known.code)
      ? {
          status: ENDPOINT_ERROR_STATUS[known.code],
          body: {
            code: known.code,
            message: known.message,
            ...(known.hint === undefined ? {} : { hint: known.hint }),
          },
        }
      : {
          status: ENDPOINT_ERROR_STATUS.internal,
          body: { code: 'internal', message: 'The endpoint failed. Its log says why.' },
        };
  const { code, message } = explained.body;
  const { retryAfterSeconds } = known?.details ?? {};
  if (typeof retryAfterSeconds === 'number') explained.retryAfterSeconds = retryAfterSeconds;
  const level = levelOf(code);
  const detail = level === 'error' ? textOf(known?.cause ?? error) : undefined;
  log({ level, call, code, message, ...(detail === undefined ? {} : { detail }) });
  return explained;
}

function levelOf(code: string): LogEntry['level'] {
  return (Object.hasOwn(LOG_LEVELS, code) ? LOG_LEVELS[code] : undefined) ?? 'info';
}

/** Text only: the SDK's error objects carry the request, and with it its signature. */
function textOf(error: unknown): string | undefined {
  if (isBucketDropError(error) && isEndpointErrorCode(error.code)) return undefined;
  if (!(error instanceof Error)) return String(error);
  return error.stack ?? `${error.name}: ${error.message}`;
}
