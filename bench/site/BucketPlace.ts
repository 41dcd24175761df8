/** Where the bucket is and who may write to it; path-style. */
export interface BucketPlace {
  /** As the browser reaches it, across the line. */
  publicPort: number;
  /** As the site's server reaches it, beside the line. */
  directPort: number;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** What our endpoint takes the store for. */
  profile: 'local' | 'ceph';
}

/** Browsers open six connections to each; they lead to the same port. */
const HOST_NAMES = ['127.0.0.1', 'localhost'] as const;
export const HOST_COUNT = HOST_NAMES.length;

/**
 * The origin that browsers send to, and that is signed.
 *
 * @param turn of a client that sends to all host names of the bucket in turn
 */
export function publicOrigin(place: BucketPlace, turn = 0): string {
  return `http://${HOST_NAMES[turn % HOST_COUNT]}:${place.publicPort}`;
}
