/** Makes all that is asked of `Date` from now on wrong by so much. Runs in a page as well, so it names nothing outside. */
export function shiftClock(byMs: number): void {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...args: []) {
      if (args.length > 0) super(...args);
      else super(RealDate.now() + byMs);
    }
    static override now(): number {
      return RealDate.now() + byMs;
    }
  } as DateConstructor;
}
