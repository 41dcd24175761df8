import { EndpointError } from './EndpointError.ts';
import { byteLength, hasControlCharacter, isWellFormed } from './findKeyFault.ts';

/** An extension longer than this is part of the name. */
const MAX_EXTENSION_BYTES = 64;

/**
 * The last segment of a file's name, otherwise untouched: no Unicode normalisation, no trimming, no replacing.
 *
 * @throws BucketDropError `name-not-allowed`
 */
export function cleanFileName(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  if (last.trim() === '') throw notAllowed('the file has no name');
  if (!isWellFormed(last)) throw notAllowed("the file's name holds half a character (a lone surrogate)");
  if (hasControlCharacter(last)) throw notAllowed("the file's name holds a control character");
  if (last === '.' || last === '..') throw notAllowed('"." and ".." name folders, not files');
  return last;
}

/**
 * The name cut to so many bytes of UTF-8, at a whole character and keeping the extension. Nothing depends on
 * what is cut off: the random id before it makes the key unique, and the browser still has the full name.
 *
 * @throws BucketDropError `name-not-allowed` where not even one character of the name has room.
 */
export function shortenFileName(name: string, maxBytes: number): string {
  if (byteLength(name) <= maxBytes) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 ? name.slice(dot) : '';
  const extension = byteLength(ending) <= MAX_EXTENSION_BYTES ? ending : '';
  let room = maxBytes - byteLength(extension);
  let stem = '';
  for (const character of name.slice(0, name.length - extension.length)) {
    room -= byteLength(character);
    if (room < 0) break;
    stem += character;
  }
  if (stem.trim() === '')
    throw notAllowed(`the file's name has no room in a key: ${maxBytes} bytes are left for it`);
  return stem + extension;
}

function notAllowed(message: string): EndpointError {
  return new EndpointError('name-not-allowed', message);
}
