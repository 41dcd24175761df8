/** How much of the line uploads may take. */
export interface PaceOptions {
  /**
   * How many bytes of files go to the bucket in a second at most, over all files. Over any 10 seconds or more it is no
   * more than that, plus one request; requests are as small as the store allows. Default: no limit.
   */
  maxBytesPerSecond?: number | undefined;
  /**
   * Leaves room for others on the same line, such as a video call: one request at a time, and after each a rest of the
   * same length, so that about half of the line's time is free. Default false.
   */
  polite?: boolean | undefined;
}

/** @throws TypeError for what is no pace */
export function checkPace({ maxBytesPerSecond, polite }: PaceOptions): void {
  // A page without types may give anything.
  if (maxBytesPerSecond != null && !(typeof maxBytesPerSecond === 'number' && maxBytesPerSecond > 0))
    throw new TypeError('maxBytesPerSecond has to be a number above 0; leave it out for no limit');
  if (polite != null && typeof polite !== 'boolean') throw new TypeError('polite has to be true or false');
}

/** Infinity: none. */
export function limitOf({ maxBytesPerSecond }: PaceOptions): number {
  return maxBytesPerSecond ?? Number.POSITIVE_INFINITY;
}

/** Whether requests have to wait for their time at all. */
export function isPaced(options: PaceOptions): boolean {
  return Boolean(options.polite) || limitOf(options) < Number.POSITIVE_INFINITY;
}
