import type { UnfinishedUpload } from '../transfer/TransferOptions.ts';
import { formatBytes } from './formatBytes.ts';
import type { NotReopened } from './resumeUnfinished.ts';
import type { Translate } from './WidgetLocale.ts';

const NAMES_SHOWN = 2;
const MAX_NAME_LENGTH = 60;
const ENDING_LENGTH = 14;

type Described = Pick<UnfinishedUpload, 'name' | 'sizeBytes'>;

/**
 * What was interrupted, and what to do: `2 uploads were interrupted: a.mov (1.2 GB), b.mov (3 GB).`
 *
 * @param language BCP 47, such as `de-DE`
 */
export function describeUnfinished(
  unfinished: readonly (Described & Pick<UnfinishedUpload, 'reopen'>)[],
  say: Translate,
  language: string,
): string[] {
  const chosenAgain = unfinished.filter(({ reopen }) => !reopen).length;
  const isAll = chosenAgain === unfinished.length;
  const hint = isAll ? 'unfinishedHint' : 'unfinishedRest';
  return [
    say('unfinished', { smart_count: unfinished.length, files: listNames(unfinished, say, language) }),
    chosenAgain === 0 ? '' : say(hint, { smart_count: chosenAgain }),
  ];
}

/** Why files did not come back by a click, and what to do. */
export function describeNotReopened(
  { refused, gone }: NotReopened,
  say: Translate,
  language: string,
): string[] {
  const describe = (key: 'reopenRefused' | 'reopenGone', files: readonly Described[]) =>
    files.length === 0 ? '' : say(key, { smart_count: files.length, files: listNames(files, say, language) });
  return [describe('reopenRefused', refused), describe('reopenGone', gone)];
}

function listNames(files: readonly Described[], say: Translate, language: string): string {
  const names = files
    .slice(0, NAMES_SHOWN)
    .map(({ name, sizeBytes }) => `${shorten(name)} (${unbroken(formatBytes(sizeBytes, language))})`)
    .join(', ');
  const rest = files.length - NAMES_SHOWN;
  return rest > 0 ? `${names} ${say('andMore', { smart_count: rest })}` : names;
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
