/**
 * Claims an unfinished upload for this tab. The browser takes the claim back when the tab dies, however it dies.
 *
 * @returns gives the claim back; undefined if another tab has it
 */
export async function claimUpload(id: string): Promise<(() => void) | undefined> {
  const locks = globalThis.navigator?.locks;
  // Insecure pages have no locks: there a second tab is not kept out.
  if (!locks) return () => {};
  return new Promise((answer, fail) => {
    locks
      .request(`bucketdrop:${id}`, { ifAvailable: true }, (lock) => {
        if (!lock) {
          answer(undefined);
          return undefined;
        }
        return new Promise<void>((release) => answer(release));
      })
      .catch(fail);
  });
}
