import type { Call } from './Call.ts';
import { abort } from './calls/abort.ts';
import { complete } from './calls/complete.ts';
import { config } from './calls/config.ts';
import { links } from './calls/links.ts';
import { parts } from './calls/parts.ts';
import { sign } from './calls/sign.ts';
import { uploadedParts } from './calls/uploadedParts.ts';
import { uploads } from './calls/uploads.ts';

/** Everything the endpoint can be asked, by the last segment of the URL's path. */
const ROUTES: Readonly<Record<string, Call>> = {
  config,
  uploads,
  parts,
  'uploaded-parts': uploadedParts,
  complete,
  abort,
  sign,
  links,
};

export interface Route {
  name: string;
  call: Call;
}

/** By the last segment, so that the endpoint can be mounted under any path. Own properties only: `constructor` is none. */
export function findRoute(pathname: string): Route | null {
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  const call = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  return call === undefined ? null : { name, call };
}
