import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestFile } from './makeFile.ts';

/** One blue pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==',
  'base64',
);

/** A picture that browsers show, with random bytes after its end so that nobody could guess the file. */
export async function makeImage(folder: string, name: string): Promise<TestFile> {
  const bytes = Buffer.concat([PNG, randomBytes(5_000)]);
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { path, name, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
