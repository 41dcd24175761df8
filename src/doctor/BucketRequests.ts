import { checksumHeader } from '../endpoint/checksums.ts';
import { type PresignInput, presign } from '../endpoint/presign.ts';
import { createSigner, type Store } from '../endpoint/Store.ts';
import { signPostForm } from '../endpoint/signPostForm.ts';
import type { ChecksumAlgorithm } from '../protocol/messages.ts';
import { type Answer, ask } from './ask.ts';
import type { SignedRequest } from './examineRequest.ts';
import type { Attempt } from './explainRefusal.ts';
import { checksumOfTest } from './testChecksum.ts';
import { TEST_BYTES, TEST_TYPE } from './testFile.ts';

const LIFE_SECONDS = 900;

/** Everything that an endpoint signs or asks, for one test object; signed by the endpoint's own code. */
export class BucketRequests {
  readonly key: string;
  readonly #store: Store;
  readonly #now: () => number;
  readonly #at: URL;

  /** @param at which address of the bucket */
  constructor(store: Store, key: string, now: () => number, at = store.bucketUrl) {
    this.#store = store;
    this.key = key;
    this.#now = now;
    this.#at = at;
  }

  /** The same for another test object, at the other addresses of the bucket. */
  elsewhere(): BucketRequests[] {
    return this.#store.bucketUrls
      .slice(1)
      .map((at, index) => new BucketRequests(this.#store, `${this.key}.${index + 2}`, this.#now, at));
  }

  /** The same for another test object. */
  of(key: string): BucketRequests {
    return new BucketRequests(this.#store, key, this.#now, this.#at);
  }

  get host(): string {
    return this.#at.host;
  }

  get region(): string {
    return this.#store.region;
  }

  get takesForms(): boolean {
    return this.#store.profile.singleRequest === 'post';
  }

  /** What stands behind a refused request. */
  readonly attempt = (action: string): Attempt => ({
    bucket: this.#store.bucket,
    region: this.#store.region,
    action,
  });

  async put(): Promise<SignedRequest> {
    const headers = { 'content-type': TEST_TYPE, 'content-disposition': 'attachment', ...checksumOf('md5') };
    return { method: 'PUT', url: await this.#sign({ method: 'PUT', headers }), headers };
  }

  async form(): Promise<SignedRequest> {
    const { url, fields } = await signPostForm(
      this.#store,
      { key: this.key, sizeBytes: TEST_BYTES.byteLength, type: TEST_TYPE, at: this.#at, fields: {} },
      this.#time(),
    );
    return { method: 'POST', url, fields };
  }

  async part(uploadId: string): Promise<SignedRequest> {
    const headers = checksumOf(this.#store.profile.checksums.parts);
    const query = { partNumber: '1', uploadId };
    return { method: 'PUT', url: await this.#sign({ method: 'PUT', query, headers }), headers };
  }

  /** Asks as the endpoint does, without a browser. */
  async ask(request: Omit<PresignInput, 'key'> & { body?: string }, region?: string): Promise<Answer> {
    const { body, ...input } = request;
    const { method, headers = {} } = input;
    const url = await this.#sign(input, region);
    return ask(url, { method, headers: { ...headers }, ...(body === undefined ? {} : { body }) });
  }

  #sign(input: Omit<PresignInput, 'key'>, region = this.#store.region): Promise<string> {
    const store = this.#store;
    const place = {
      bucketUrl: this.#at,
      objectPath: (key: string) => store.objectPath(key, this.#at),
      signer: region === store.region ? store.signer : createSigner(region, () => store.credentials()),
    };
    return presign(place, { ...input, key: this.key }, this.#time());
  }

  #time() {
    return { date: new Date(this.#now()), expiresInSeconds: LIFE_SECONDS };
  }
}

function checksumOf(algorithm: ChecksumAlgorithm): Record<string, string> {
  return checksumHeader(algorithm, checksumOfTest(algorithm, TEST_BYTES));
}
