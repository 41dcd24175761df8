import type { BucketReader } from '../e2e/support/BucketReader.ts';
import type { TestFile } from '../e2e/support/makeFile.ts';

/** What an abort or a last answer may still need. */
const SETTLE_MS = 8_000;

export interface BucketVerdict {
  problems: string[];
  untoldObjects: number;
  /** Of these, such as arrived damaged at a store that does not compare. */
  untoldDamaged: number;
}

/**
 * Every file is in the bucket under the key that the page was told, byte for byte; nothing else is, but whole objects of
 * which a page that died could not tell; and no multipart upload is left.
 *
 * @param told names to keys
 * @param former SHA-256 of what files were before they became others
 * @param deaths how many pages went away before they could tell
 * @param compares whether the store refuses a damaged file of one request; where it does not, and the file is another one
 *   when its page comes back, nobody is left to put it right
 */
export async function checkBucket(
  bucket: BucketReader,
  files: readonly TestFile[],
  told: ReadonlyMap<string, string>,
  former: ReadonlySet<string>,
  deaths: number,
  compares: boolean,
): Promise<BucketVerdict> {
  let untoldDamaged = 0;
  const problems: string[] = [];
  const untold = new Map((await bucket.files()).map((object) => [object.key, object]));
  for (const { name, sha256 } of files) {
    const key = told.get(name);
    if (key === undefined) problems.push(`${name} was never said to be stored`);
    else if (!untold.delete(key)) problems.push(`${name}: there is no object ${key}`);
    else if ((await bucket.sha256Of(key)) !== sha256) problems.push(`${name}: ${key} holds other bytes`);
  }
  const again = new Map<string, number>();
  for (const { key, name } of untold.values()) {
    again.set(name, (again.get(name) ?? 0) + 1);
    const file = files.find((one) => one.name === name);
    if ((again.get(name) ?? 0) > deaths)
      problems.push(`${name} is there once more, and no page died: ${key}`);
    else if ([...former, file?.sha256].includes(await bucket.sha256Of(key))) continue;
    else if (!compares && former.size > 0) untoldDamaged++;
    else problems.push(`${key} holds the bytes of no file`);
  }
  const left = await unfinishedUploads(bucket);
  if (left > 0) problems.push(`${left} multipart uploads are left in the bucket`);
  return { problems, untoldObjects: untold.size, untoldDamaged };
}

/** How many multipart uploads there are, once there is none or it has had time enough. */
export async function unfinishedUploads(bucket: BucketReader): Promise<number> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const count = await bucket.unfinishedUploads();
    if (count === 0 || Date.now() > deadline) return count;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
