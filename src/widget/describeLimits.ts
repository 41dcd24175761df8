import { formatBytes } from './formatBytes.ts';
import type { Limits } from './mergeRestrictions.ts';
import type { Translate } from './WidgetLocale.ts';

/** The limits in a few words, for below the drop area: "Up to 10 files, up to 2 GB each; images only". */
export function describeLimits(limits: Limits, say: Translate, language: string): string {
  const size = (bytes: number) => formatBytes(bytes, language);
  const { minFileCount, maxFileCount, minFileSizeBytes, maxFileSizeBytes, maxTotalSizeBytes } = limits;
  const amounts = [
    maxFileCount && say('noteCount', { smart_count: maxFileCount }),
    minFileCount && say('noteMinCount', { smart_count: minFileCount }),
    maxFileSizeBytes &&
      say(maxFileCount === 1 ? 'noteMaxSize' : 'noteMaxSizeEach', { size: size(maxFileSizeBytes) }),
    // A limit of one byte keeps empty files out; nobody needs to read that.
    minFileSizeBytes && minFileSizeBytes > 1 && say('noteMinSizeEach', { size: size(minFileSizeBytes) }),
    maxTotalSizeBytes && say('noteTotalSize', { size: size(maxTotalSizeBytes) }),
  ].filter((text) => typeof text === 'string');
  const listed = listTypes(limits, say, language);
  const sentences = [amounts.join(', '), listed ? say('noteTypes', { types: listed }) : ''];
  const text = sentences.filter(Boolean).join('; ');
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

/** "images, PDF, and ZIP"; empty when every type is allowed. */
export function listTypes({ allowedTypes }: Limits, say: Translate, language: string): string {
  const names = allowedTypes && nameTypes(allowedTypes, say);
  return names ? new Intl.ListFormat(language, { type: 'conjunction' }).format(names) : '';
}

const GROUPS = {
  'image/*': 'typeImage',
  'video/*': 'typeVideo',
  'audio/*': 'typeAudio',
  'text/*': 'typeText',
} as const;

/** `image/*` becomes "images", `.pdf` and `application/pdf` both "PDF". */
function nameTypes(types: readonly string[], say: Translate): string[] | null {
  if (types.some((type) => type === '*/*' || type === '*')) return null;
  const names = types.map((type) => {
    if (Object.hasOwn(GROUPS, type)) return say(GROUPS[type as keyof typeof GROUPS]);
    const [, subtype = type] = type.split('/');
    return subtype
      .replace(/^\./, '')
      .replace(/\+xml$/, '')
      .toUpperCase();
  });
  return [...new Set(names)];
}
