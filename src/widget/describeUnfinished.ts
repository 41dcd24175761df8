import type { UnfinishedUpload } from '../transfer/TransferOptions.ts';
import { formatBytes } from './formatBytes.ts';
import type { Translate } from './WidgetLocale.ts';

const NAMES_SHOWN = 2;
const MAX_NAME_LENGTH = 60;
const ENDING_LENGTH = 14;

/**
 * What was interrupted, and what to do: `2 uploads were interrupted: a.mov (1.2 GB), b.mov (3 GB).`
 *
 * @param language BCP 47, such as `de-DE`
 */
export function describeUnfinished(
  unfinished: readonly Pick<UnfinishedUpload, 'name' | 'sizeBytes'>[],
  say: Translate,
  language: string,
): string[] {
  const count = { smart_count: unfinished.length };
  const names = unfinished
    .slice(0, NAMES_SHOWN)
    .map(({ name, sizeBytes }) => `${shorten(name)} (${unbroken(formatBytes(sizeBytes, language))})`)
    .join(', ');
  const rest = unfinished.length - NAMES_SHOWN;
  const files = rest > 0 ? `${names} ${say('andMore', { smart_count: rest })}` : names;
  return [say('unfinished', { ...count, files }), say('unfinishedHint', count)];
}

function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** A long name keeps its beginning and its end, by which people know a file. */
function shorten(name: string): string {
  const letters = [...name];
  if (letters.length <= MAX_NAME_LENGTH) return name;
  const beginning = letters.slice(0, MAX_NAME_LENGTH - ENDING_LENGTH - 1).join('');
  return `${beginning}…${letters.slice(-ENDING_LENGTH).join('')}`;
}
