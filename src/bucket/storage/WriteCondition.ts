import type { S3Request } from '../http/S3Request.ts';
import { S3Error } from '../S3Error.ts';
import type { ObjectRecord } from './records.ts';

/** What has to hold for a write to happen. */
export interface WriteCondition {
  /** `If-None-Match: *`: there is no such object yet. */
  readonly absent?: boolean;
  /** `If-Match`: the object there has this ETag (`*`: any). */
  readonly etag?: string;
}

/** @throws S3Error NotImplemented for an `If-None-Match` other than `*`, as S3 does on writes. */
export function readWriteCondition(request: S3Request): WriteCondition {
  const [none, match] = [request.header('if-none-match'), request.header('if-match')];
  if (none !== undefined && none !== '*') {
    throw new S3Error('NotImplemented', undefined, { Header: 'If-None-Match' });
  }
  return { ...(none !== undefined && { absent: true }), ...(match !== undefined && { etag: match }) };
}

/** @throws S3Error PreconditionFailed, or NoSuchKey for an `If-Match` on a key that is not there. */
export function assertMayWrite(present: ObjectRecord | undefined, condition: WriteCondition): void {
  if (condition.absent && present !== undefined) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
  }
  if (condition.etag === undefined) return;
  if (present === undefined) throw new S3Error('NoSuchKey');
  if (!etagListed(condition.etag, present.etag)) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
  }
}

/** Whether a header's list of ETags, quoted or not, holds this one. */
export function etagListed(list: string, etag: string): boolean {
  return list.split(',').some((one) => one.trim() === '*' || unquoteEtag(one) === etag);
}

export function unquoteEtag(etag: string): string {
  return etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');
}
