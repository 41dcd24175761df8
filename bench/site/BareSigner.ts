import { createHash, createHmac } from 'node:crypto';
import { type BucketPlace, publicOrigin } from './BucketPlace.ts';

const EXPIRES_SECONDS = 3_600;
const MAX_FORM_BYTES = 5 * 1024 ** 3;

export interface BareForm {
  url: string;
  fields: Record<string, string>;
}

/**
 * Signature Version 4 with nothing around it, for all clients but ours, so that no client waits for a slow signer.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export class BareSigner {
  readonly #place: BucketPlace;
  #day = '';
  #key: Buffer = Buffer.alloc(0);

  constructor(place: BucketPlace) {
    this.#place = place;
  }

  /** See `Site.serve`. */
  warmUp(): void {
    for (let n = 0; n < 100; n++) {
      this.presign('PUT', `warm-up-${n}`);
      this.form(`warm-up-${n}`, 'text/plain', n);
    }
  }

  presign(method: string, key: string, query: Record<string, string> = {}, turn = 0): string {
    const origin = publicOrigin(this.#place, turn);
    const { longDate, credential } = this.#now();
    const path = `/${this.#place.bucket}/${key.split('/').map(encode).join('/')}`;
    const signed: Record<string, string> = {
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
      'X-Amz-Credential': credential,
      'X-Amz-Date': longDate,
      'X-Amz-Expires': String(EXPIRES_SECONDS),
      'X-Amz-SignedHeaders': 'host',
      ...query,
    };
    const canonicalQuery = Object.keys(signed)
      .sort()
      .map((name) => `${encode(name)}=${encode(signed[name] as string)}`)
      .join('&');
    const canonical = `${method}\n${path}\n${canonicalQuery}\nhost:${new URL(origin).host}\n\nhost\nUNSIGNED-PAYLOAD`;
    const scope = credential.slice(credential.indexOf('/') + 1);
    const hash = createHash('sha256').update(canonical).digest('hex');
    const signature = this.#sign(`AWS4-HMAC-SHA256\n${longDate}\n${scope}\n${hash}`);
    return `${origin}${path}?${canonicalQuery}&X-Amz-Signature=${signature}`;
  }

  /** @param sizeBytes signed, where it is known */
  form(key: string, type: string, sizeBytes?: number, turn = 0): BareForm {
    const { longDate, credential, ms } = this.#now();
    const fixed: Record<string, string> = {
      key,
      'Content-Type': type,
      success_action_status: '201',
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': credential,
      'x-amz-date': longDate,
    };
    const policy = Buffer.from(
      JSON.stringify({
        expiration: new Date(ms + EXPIRES_SECONDS * 1000).toISOString(),
        conditions: [
          { bucket: this.#place.bucket },
          ['content-length-range', sizeBytes ?? 0, sizeBytes ?? MAX_FORM_BYTES],
          ...Object.entries(fixed).map(([name, value]) => ({ [name]: value })),
        ],
      }),
    ).toString('base64');
    return {
      url: `${publicOrigin(this.#place, turn)}/${this.#place.bucket}`,
      fields: { ...fixed, policy, 'x-amz-signature': this.#sign(policy) },
    };
  }

  #now() {
    const ms = Date.now();
    const longDate = `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const { accessKeyId, secretAccessKey, region } = this.#place;
    const day = longDate.slice(0, 8);
    if (day !== this.#day) {
      this.#key = [day, region, 's3', 'aws4_request'].reduce<Buffer>(
        (key, text) => createHmac('sha256', key).update(text).digest(),
        Buffer.from(`AWS4${secretAccessKey}`),
      );
      this.#day = day;
    }
    return { ms, longDate, credential: `${accessKeyId}/${day}/${region}/s3/aws4_request` };
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('hex');
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
