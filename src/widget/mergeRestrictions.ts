import { mimeTypes } from '@uppy/core/utils';
import type { ConfigAnswer } from '../protocol/messages.ts';

/** What may be dropped. The endpoint's own limits apply as well: of two limits, the tighter one. */
export interface WidgetRestrictions {
  minFileSizeBytes?: number | null | undefined;
  maxFileSizeBytes?: number | null | undefined;
  /** Of all files in the list together. */
  maxTotalSizeBytes?: number | null | undefined;
  minFileCount?: number | null | undefined;
  maxFileCount?: number | null | undefined;
  /** MIME types (`image/png`, `image/*`) and extensions (`.pdf`); null: all. */
  allowedTypes?: readonly string[] | null | undefined;
}

export type Limits = {
  [Name in keyof Required<WidgetRestrictions>]: NonNullable<WidgetRestrictions[Name]> | null;
};

const NO_LIMITS: Limits = {
  minFileSizeBytes: null,
  maxFileSizeBytes: null,
  maxTotalSizeBytes: null,
  minFileCount: null,
  maxFileCount: null,
  allowedTypes: null,
};

/** Of each limit that both know, the one that lets less pass. */
export function mergeRestrictions(
  given: WidgetRestrictions = {},
  endpoint: ConfigAnswer['restrictions'] | undefined = undefined,
): Limits {
  const own = { ...NO_LIMITS, ...withoutUndefined(given) };
  if (!endpoint) return own;
  return {
    ...own,
    minFileSizeBytes: pick(Math.max, own.minFileSizeBytes, endpoint.minFileSizeBytes),
    maxFileSizeBytes: pick(Math.min, own.maxFileSizeBytes, endpoint.maxFileSizeBytes),
    maxFileCount: pick(Math.min, own.maxFileCount, endpoint.maxFileCount),
    allowedTypes: intersectTypes(own.allowedTypes, endpoint.allowedTypes),
  };
}

/** The same limits under the names of Uppy's core. */
export function toUppyRestrictions(limits: Limits) {
  return {
    minFileSize: limits.minFileSizeBytes,
    maxFileSize: limits.maxFileSizeBytes,
    maxTotalFileSize: limits.maxTotalSizeBytes,
    minNumberOfFiles: limits.minFileCount,
    maxNumberOfFiles: limits.maxFileCount,
    // Core compares what stands behind the last dot only, so `.tar.gz` becomes `.gz` here.
    allowedFileTypes: limits.allowedTypes?.map((type) => type.replace(/^\..*(\.[^.]+)$/, '$1')) ?? null,
  };
}

/** Types that satisfy both lists, as far as that can be told from the patterns. */
export function intersectTypes(
  one: readonly string[] | null,
  other: readonly string[] | null,
): readonly string[] | null {
  if (!one || !other) return one ?? other;
  const both = one.flatMap((a) => other.map((b) => narrower(a.trim().toLowerCase(), b.trim().toLowerCase())));
  return [...new Set(both.filter((type) => type !== undefined))];
}

function narrower(a: string, b: string): string | undefined {
  if (includes(b, a)) return a;
  return includes(a, b) ? b : undefined;
}

function includes(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '*/*' || wide === '*') return true;
  if (narrow.startsWith('.')) return !wide.startsWith('.') && includesType(wide, typeOfExtension(narrow));
  return includesType(wide, narrow);
}

function includesType(wide: string, type: string | undefined): boolean {
  if (type === undefined) return false;
  return wide === type || (wide.endsWith('/*') && type.startsWith(wide.slice(0, -1)));
}

function typeOfExtension(extension: string): string | undefined {
  const types: Record<string, string> = mimeTypes;
  const name = extension.slice(1);
  return Object.hasOwn(types, name) ? types[name] : undefined;
}

function pick(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return choose(a, b);
}

function withoutUndefined(given: WidgetRestrictions): Partial<Limits> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
