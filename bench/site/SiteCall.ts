import type { BareSigner } from './BareSigner.ts';
import type { MultipartCalls } from './MultipartCalls.ts';

export interface SiteContext {
  /** The folder in the bucket for the objects of one run. */
  run: string;
  signer: BareSigner;
  multipart: MultipartCalls;
}

/** One call of a page to its site: JSON in, JSON out. */
// biome-ignore lint/suspicious/noExplicitAny: each call has its own body
export type SiteCall = (context: SiteContext, body: any) => Promise<unknown>;

/** Every client stores a file under the same key, so that one check serves all. */
export function chooseKey(run: string, fileName: string): string {
  return `${run}/${fileName}`;
}
