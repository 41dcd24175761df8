import type { Route } from '../Call.ts';
import { abort, complete, create, list, params, signBatch, signPart } from './companion.ts';

const PATH = /\/s3\/(?:(params)|multipart(?:\/([^/]+)(?:\/([^/]+))?)?)$/;

/**
 * Companion's call at this address, mounted under any path; null if there is none. `s3/sts` is left out on purpose: its
 * credentials would let a browser write whatever it likes, wherever it likes.
 */
export function findCompanionRoute(url: URL): Route | null {
  const match = PATH.exec(url.pathname);
  if (match === null) return null;
  const [, single, uploadId, last] = match;
  if (single !== undefined) return { name: 's3/params', calls: [params(url)] };
  if (uploadId === undefined) return { name: 's3/multipart', calls: [create()] };
  const name = 's3/multipart/…';
  if (last === undefined) return { name, calls: [list(url, uploadId), abort(url, uploadId)] };
  if (last === 'batch') return { name: `${name}/batch`, calls: [signBatch(url, uploadId)] };
  if (last === 'complete') return { name: `${name}/complete`, calls: [complete(url, uploadId)] };
  return { name: `${name}/part`, calls: [signPart(url, uploadId, last)] };
}
