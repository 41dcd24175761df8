import type { StoreProfile } from './storeProfiles.ts';

export type KeyLimits = Pick<StoreProfile, 'maxKeyBytes' | 'maxKeySegmentBytes'>;

const encoder = new TextEncoder();

/** Bytes of UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).byteLength;
}

/** True if every code unit is part of a character: a lone surrogate has no UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** True if it holds a character that XML 1.0 cannot carry or that ends a header: S3 speaks both. */
export function hasControlCharacter(text: string): boolean {
  return /[\p{Cc}\uFFFE\uFFFF]/u.test(text);
}

/**
 * Why a key cannot be an object's key, or null. Besides what S3 refuses, this refuses what would not reach S3 as it
 * is: a browser resolves the segments `.` and `..` of a URL's path, percent-encoded or not, so that the signed URL
 * would name another object. Source: https://url.spec.whatwg.org/#path-state
 */
export function findKeyFault(key: string, profile: KeyLimits): string | null {
  if (key === '') return 'the key is empty';
  if (!isWellFormed(key)) return 'the key holds half a character (a lone surrogate)';
  if (hasControlCharacter(key)) return 'the key holds a control character';
  if (key.startsWith('/')) return 'the key begins with a slash';
  const segments = key.split('/');
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    return 'the key holds "." or ".." between slashes';
  }
  const size = byteLength(key);
  if (size > profile.maxKeyBytes) return `the key has ${size} bytes, the store takes ${profile.maxKeyBytes}`;
  if (segments.some((segment) => byteLength(segment) > profile.maxKeySegmentBytes)) {
    return `the key has more than ${profile.maxKeySegmentBytes} bytes between two slashes`;
  }
  return null;
}
