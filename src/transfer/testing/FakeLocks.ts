/** Web Locks of a browser with several pages. */
export class FakeLocks {
  readonly held = new Set<string>();

  async request(name: string, _: unknown, work: (lock: object | null) => unknown): Promise<unknown> {
    if (this.held.has(name)) return work(null);
    this.held.add(name);
    await work({});
    this.held.delete(name);
    return undefined;
  }

  async query() {
    return { held: [...this.held].map((name) => ({ name })) };
  }
}
