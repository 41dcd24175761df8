import { S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { EndpointError } from './EndpointError.ts';
import { resolveAddresses } from './resolveAddresses.ts';
import type { ResolvedStore } from './resolveOptions.ts';
import { Sha256 } from './Sha256.ts';
import { learnTime, StoreClock } from './StoreClock.ts';
import type { StoreProfile } from './storeProfiles.ts';
import type { StoreCredentials } from './UploadEndpointOptions.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** Complete of 10,000 parts can take a store a good while. */
const REQUEST_TIMEOUT_MS = 60_000;
const MAX_ATTEMPTS = 3;

/** The bucket as the rest of the endpoint sees it: where it is, how to ask it, and what signs for it. */
export class Store {
  readonly bucket: string;
  readonly region: string;
  readonly profile: StoreProfile;
  readonly client: S3Client;
  readonly signer: SignatureV4;
  readonly clock = new StoreClock();
  /** Of the bucket as this server reaches it, without a slash at the end. */
  readonly ownUrl: URL;
  /** Of the bucket as browsers reach it, without a slash at the end: `https://bucket.s3.eu-central-1.amazonaws.com`. */
  readonly bucketUrl: URL;
  /** All that uploads are spread over, that one first; each needs signatures of its own. */
  readonly bucketUrls: readonly [URL, ...URL[]];
  #turn = Math.floor(Math.random() * 1000);

  constructor(options: ResolvedStore) {
    const { bucket, region, forcePathStyle, credentials } = options;
    this.bucket = bucket;
    this.region = region;
    this.profile = options.profile;
    const base = { region, forcePathStyle, credentials: nameFailures(credentials), ...CLIENT_SETTINGS };
    const { endpoint, ownUrl, bucketUrls } = resolveAddresses(
      new S3Client(base).config.endpointProvider,
      options,
    );
    // Always an explicit endpoint: otherwise the SDK would read one from the environment behind our back, and
    // the URLs signed here would go elsewhere.
    this.client = new S3Client({ ...base, endpoint });
    learnTime(this.client, this.clock);
    this.ownUrl = ownUrl;
    this.bucketUrls = bucketUrls;
    this.bucketUrl = bucketUrls[0];
    this.signer = createSigner(region, () => this.credentials());
  }

  /** The SDK's own cached copy, so that signing and asking use the same ones. */
  credentials(): Promise<StoreCredentials> {
    return this.client.config.credentials();
  }

  /** Requests that have nothing to do with each other take turns. */
  nextTurn(): number {
    return this.#turn++;
  }

  /**
   * Where a browser shall send one request of an upload.
   *
   * @param turn those that follow each other go to different hosts
   * @param avoid origins that this browser cannot reach; not heeded where nothing else is left
   */
  pickUrl(turn: number, avoid: readonly string[] = []): URL {
    const reachable = this.bucketUrls.filter(({ origin }) => !avoid.includes(origin));
    const urls = reachable.length > 0 ? reachable : this.bucketUrls;
    return urls[turn % urls.length] as URL;
  }

  /** Path of an object within a host of the bucket, percent-encoded as S3 signs it. */
  objectPath(key: string, at = this.bucketUrl): string {
    const base = at.pathname.replace(/\/$/, '');
    return `${base}/${key.split('/').map(encodeSegment).join('/')}`;
  }
}

/** @param region that the signatures shall be good for */
export function createSigner(region: string, credentials: () => Promise<StoreCredentials>): SignatureV4 {
  return new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: Sha256,
    // S3 alone of all services signs the path as it is sent.
    uriEscapePath: false,
    applyChecksum: false,
  });
}

const CLIENT_SETTINGS = {
  maxAttempts: MAX_ATTEMPTS,
  retryMode: 'standard',
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
  useArnRegion: false,
  disableS3ExpressSessionAuth: true,
  // Newer SDKs otherwise add a CRC32 to whatever they send and expect one in what comes back.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  requestHandler: {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  },
} as const;

/** Unreserved characters stay, all others become `%XX`: the encoding that SigV4 prescribes. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** What the site's credentials function throws is an outage of the store, not a bug in here. */
function nameFailures(credentials: ResolvedStore['credentials']): ResolvedStore['credentials'] {
  if (typeof credentials !== 'function') return credentials;
  return async () => {
    try {
      return await credentials();
    } catch (cause) {
      throw new EndpointError(
        'store-unavailable',
        'the endpoint has no credentials for the bucket at the moment',
        undefined,
        { cause },
      );
    }
  };
}
