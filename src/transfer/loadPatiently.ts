import { isOffline } from './isOffline.ts';

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 500;

/**
 * Loads a part of the program that is needed now. Without a line it waits for one; otherwise it tries a few times, since
 * the line may just have come back.
 *
 * @param load imports it
 * @throws what the last try threw
 */
export async function loadPatiently<Module>(load: () => Promise<Module>): Promise<Module> {
  for (let failures = 0; ; ) {
    try {
      return await load();
    } catch (error) {
      if (isOffline()) {
        await new Promise((resolve) => globalThis.addEventListener('online', resolve, { once: true }));
      } else {
        failures++;
        if (failures >= ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, FIRST_DELAY_MS * 2 ** (failures - 1)));
      }
    }
  }
}
