const lockOf = (id: string) => `bucketdrop:${id}`;

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
      .request(lockOf(id), { ifAvailable: true }, (lock) => {
        if (!lock) {
          answer(undefined);
          return undefined;
        }
        return new Promise<void>((release) => answer(release));
      })
      .catch(fail);
  });
}

/** Which of these some tab has claimed. Only looks: a claim to find out would keep out who claims at that moment. */
export async function findClaimed(ids: readonly string[]): Promise<Set<string>> {
  const state = await globalThis.navigator?.locks?.query();
  const names = new Set(state?.held?.map(({ name }) => name));
  return new Set(ids.filter((id) => names.has(lockOf(id))));
}
