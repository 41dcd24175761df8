import type { StoreProfileName } from '../endpoint/storeProfiles.ts';

/** The bucket that a demo runs on. */
export interface DemoStore {
  bucket: string;
  region: string;
  /** Left out: AWS itself. */
  endpoint?: string | undefined;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  forcePathStyle?: boolean | undefined;
  profile?: StoreProfileName | undefined;
}
