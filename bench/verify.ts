import { chooseKey } from './site/SiteCall.ts';
import type { BenchStore } from './stores/BenchStore.ts';
import type { TestFile, TestFiles } from './TestFiles.ts';

/**
 * Compares every byte that reached the bucket with the files on disk, by SHA-256.
 *
 * @throws Error that names the first object that is missing or not its file
 */
export async function verify(
  store: BenchStore,
  run: string,
  files: readonly TestFile[],
  testFiles: TestFiles,
): Promise<void> {
  const found = await store.pieces(files.map(({ name }) => chooseKey(run, name)));
  for (const [index, file] of files.entries()) {
    const pieces = found[index];
    if (!pieces) throw new Error(`${file.name} is not in the bucket`);
    let start = 0;
    for (const { sizeBytes, sha256 } of pieces) {
      if (sha256 !== (await testFiles.sha256(file, start, sizeBytes))) {
        throw new Error(`${file.name} is in the bucket with other bytes, from ${start} on`);
      }
      start += sizeBytes;
    }
    if (start !== file.sizeBytes)
      throw new Error(`${file.name} has ${file.sizeBytes} bytes, the object ${start}`);
  }
}
