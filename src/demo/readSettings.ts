import type { BucketDropProps } from '../react/index.ts';

export interface DemoSettings {
  theme: NonNullable<BucketDropProps['theme']>;
  transfer: NonNullable<BucketDropProps['transfer']>;
  locale: string;
  autoUpload: boolean;
  kind: string | undefined;
  maxBytesPerSecond: number | undefined;
  polite: boolean;
}

export const THEMES = ['auto', 'light', 'dark'] as const;
export const TRANSFERS = ['direct', 'uppy-aws-s3'] as const;

/** `?theme=dark&locale=de_DE&transfer=uppy-aws-s3&auto-upload&polite`: so that a state of the demo can be linked. */
export function readSettings(search: string): DemoSettings {
  const query = new URLSearchParams(search);
  return {
    theme: THEMES.find((theme) => theme === query.get('theme')) ?? 'auto',
    transfer: TRANSFERS.find((transfer) => transfer === query.get('transfer')) ?? 'direct',
    locale: query.get('locale') ?? 'en_US',
    autoUpload: query.has('auto-upload'),
    kind: query.get('kind') ?? undefined,
    maxBytesPerSecond: Number(query.get('max-bytes-per-second')) || undefined,
    polite: query.has('polite'),
  };
}
