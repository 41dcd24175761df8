/** What to list of sorted keys. */
export interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys up to this one, and all below it if it ends in the delimiter, were listed already. */
  readonly after: string;
  readonly max: number;
}

/** One page: keys and common prefixes in order. */
export interface Page {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  /** The last entry, if more follow. */
  readonly next?: string;
}

/** Takes one page of keys that are sorted by their UTF-8 bytes, folding those below a delimiter into prefixes. */
export function pageKeys(sorted: readonly string[], { prefix, delimiter, after, max }: PageRequest): Page {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last = '';
  for (let i = firstAfter(sorted, after); i < sorted.length; i++) {
    const key = sorted[i] as string;
    if (!key.startsWith(prefix)) continue;
    if (delimiter !== '' && after.endsWith(delimiter) && after.startsWith(prefix) && key.startsWith(after))
      continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = at < 0 ? key : key.slice(0, at + delimiter.length);
    if (at >= 0 && prefixes.at(-1) === entry) continue;
    if (keys.length + prefixes.length >= max) return { keys, prefixes, next: last };
    if (at < 0) keys.push(entry);
    else prefixes.push(entry);
    last = entry;
  }
  return { keys, prefixes };
}

function firstAfter(sorted: readonly string[], after: string): number {
  if (after === '') return 0;
  const bytes = Buffer.from(after);
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(Buffer.from(sorted[middle] as string), bytes) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
