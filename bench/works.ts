import type { TestFile } from './TestFiles.ts';

export type FileSpec = Pick<TestFile, 'name' | 'sizeBytes'>;

const MIB = 1024 * 1024;
const SMALL_BYTES = 20_000;

function some(count: number, sizeBytes: number, name: string): FileSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    name: name.replace('#', String(index + 1).padStart(5, '0')),
    sizeBytes,
  }));
}

const smallFiles = (count: number) => some(count, SMALL_BYTES, 'small-#.jpg');

/** What there is to send, by the name that `--work` takes. */
export const WORKS: Readonly<Record<string, readonly FileSpec[]>> = {
  big: some(1, 256 * MIB, 'big.mp4'),
  huge: some(1, 2048 * MIB, 'huge.mp4'),
  small: smallFiles(300),
  many: smallFiles(2_000),
  /** The small ones last, as a person might drop them. */
  mix: [...some(3, 100_000_000, 'large-#.mp4'), ...smallFiles(200)],
};

/**
 * The files of one work: a name of `WORKS`, `files:N` for N small ones, or `mib:N` for one of N MiB.
 *
 * @throws Error if there is no such work
 */
export function findWork(name: string): readonly FileSpec[] {
  const [kind = '', number = ''] = name.split(':');
  const count = Number(number);
  if (kind === 'files' && count > 0) return smallFiles(count);
  if (kind === 'mib' && count > 0) return some(1, count * MIB, `file-${count}.mp4`);
  const files = Object.hasOwn(WORKS, name) ? WORKS[name] : undefined;
  if (!files) throw new Error(`no work "${name}": ${Object.keys(WORKS).join(', ')}, files:N or mib:N`);
  return files;
}

/** Smaller than any part: goes in one request with every client. */
export function isSmall(file: FileSpec): boolean {
  return file.sizeBytes <= SMALL_BYTES;
}
