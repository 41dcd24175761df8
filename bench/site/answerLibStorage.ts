import { type BucketPlace, publicOrigin } from './BucketPlace.ts';
import { chooseKey, type SiteCall } from './SiteCall.ts';

export interface BrowserCredentials {
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** By file name. */
  keys: Record<string, string>;
}

/** What a site hands to a page that signs by itself. */
export function answerLibStorage(place: () => BucketPlace): Record<string, SiteCall> {
  return {
    credentials: async ({ run }, { names }): Promise<BrowserCredentials> => {
      const { region, bucket, accessKeyId, secretAccessKey } = place();
      const keys = Object.fromEntries((names as string[]).map((name) => [name, chooseKey(run, name)]));
      return { endpoint: publicOrigin(place()), region, bucket, accessKeyId, secretAccessKey, keys };
    },
  };
}
