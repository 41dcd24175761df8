import type { TransferOptions } from '../transfer/TransferOptions.ts';

const TRANSFER_OPTIONS = [
  'endpoint',
  'kind',
  'headers',
  'credentials',
  'dialect',
  'maxConcurrentRequests',
  'maxBytesPerSecond',
  'polite',
  'retry',
  'stallTimeoutMs',
  'config',
  'journal',
  'onTrouble',
  'keepSmallFiles',
] as const satisfies (keyof TransferOptions)[];

/** What of the plugin's options is the engine's. */
export function transferOptions<Options extends Partial<TransferOptions>>(opts: Options) {
  // An option given as undefined goes back to its default.
  const given = TRANSFER_OPTIONS.filter((name) => Object.hasOwn(opts, name));
  return Object.fromEntries(given.map((name) => [name, opts[name]])) as Pick<
    Options,
    (typeof TRANSFER_OPTIONS)[number]
  >;
}
