import type { Call, Route } from './Call.ts';
import { abort } from './calls/abort.ts';
import { complete } from './calls/complete.ts';
import { config } from './calls/config.ts';
import { links } from './calls/links.ts';
import { parts } from './calls/parts.ts';
import { sign } from './calls/sign.ts';
import { uploadedParts } from './calls/uploadedParts.ts';
import { uploads } from './calls/uploads.ts';
import { findCompanionRoute } from './dialects/findCompanionRoute.ts';
import { isSignRequest, signRequest } from './dialects/signRequest.ts';
import type { Dialect } from './UploadEndpointOptions.ts';

/** Everything the endpoint can be asked, by the last segment of the URL's path. */
export const ROUTES: Readonly<Record<string, Call>> = {
  config,
  uploads,
  parts,
  'uploaded-parts': uploadedParts,
  complete,
  abort,
  sign,
  links,
};

/** Where Uppy's `signRequest` is understood as well. */
const SIGN: Call = {
  method: 'POST',
  prepare: (body) => (isSignRequest(body) ? signRequest : sign).prepare(body),
};

/**
 * By the last segment, so that the endpoint can be mounted under any path; a dialect's by its own last segments. Own
 * properties only: `constructor` is none.
 */
export function findRoute(url: URL, dialects: ReadonlySet<Dialect>): Route | null {
  const companion = dialects.has('companion') ? findCompanionRoute(url) : null;
  if (companion !== null) return companion;
  const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  if (name === 'sign' && dialects.has('sign-request')) return { name, calls: [SIGN] };
  const call = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  return call === undefined ? null : { name, calls: [call] };
}
