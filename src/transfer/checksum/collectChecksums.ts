import type { Upload } from '../Upload.ts';

/** Less than a round trip to most endpoints, which each part that is hashed by then is spared. */
const PATIENCE_MS = 25;

/**
 * The checksums of an upload's first parts, as far as they are hashed in no time. Never throws: who needs the others hears
 * why there are none.
 *
 * @returns base64, from part number 1 on without a gap
 */
export async function collectChecksums({ plan, hashed }: Upload): Promise<string[]> {
  if (!hashed || plan?.kind !== 'multipart' || !plan.announcesChecksums) return [];
  const collected: string[] = [];
  const collect = async () => {
    for (let n = 1; ; n++) {
      const hashing = hashed.checksums.get(n);
      if (!hashing) return;
      collected.push(await hashing);
    }
  };
  await Promise.race([collect().catch(() => {}), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  return [...collected];
}
