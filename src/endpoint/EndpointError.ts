import { BucketDropError, type BucketDropErrorOptions } from '../protocol/BucketDropError.ts';
import type { EndpointErrorCode } from '../protocol/errorCodes.ts';

/** An error that the browser is told, with one of the endpoint's codes. */
export class EndpointError extends BucketDropError<EndpointErrorCode> {
  constructor(code: EndpointErrorCode, message: string, hint?: string, options: BucketDropErrorOptions = {}) {
    super(code, message, { ...options, ...(hint === undefined ? {} : { hint }) });
  }
}
