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

/** The origin that browsers send to, and that is signed. */
export function publicOrigin(place: BucketPlace): string {
  return `http://127.0.0.1:${place.publicPort}`;
}
