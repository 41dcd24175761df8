import { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
import { MAX_FILES_PER_CALL } from '../protocol/limits.ts';
import { type LinkAction, LinksAnswer, type LinksRequest } from '../protocol/linkMessages.ts';
import { Batcher } from './Batcher.ts';
import { refused } from './EndpointCalls.ts';
import { EndpointClient, type EndpointOptions } from './EndpointClient.ts';
import type { TransferErrorCode } from './TransferErrorCode.ts';

/** One request to one stored object, good until it ends. */
export interface StoredLink {
  readonly method: 'GET' | 'DELETE';
  readonly url: string;
  /** By this device's clock, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

type Wanted = LinksRequest['links'][number];
type Answer = LinksAnswer['links'][number];
type Outcome = { answer: Answer; askedAtMs: number };

/** Long enough for the thumbnails of one list to find each other. */
const GATHER_MS = 10;
const RETRY = { attempts: 3, minDelayMs: 300, maxDelayMs: 3_000, outageLimitMs: 0 };

/** Asks the endpoint for links to stored objects, many in one call. */
export class LinkClient {
  readonly #client: EndpointClient;
  readonly #links: Batcher<Wanted, Outcome>;

  /** @param options asked before each call */
  constructor(options: () => EndpointOptions) {
    this.#client = new EndpointClient(options, () => RETRY);
    this.#links = new Batcher({
      maxItems: MAX_FILES_PER_CALL,
      delayMs: () => GATHER_MS,
      run: (links) => this.#ask(links),
      shouldSplit: isRefusal,
    });
  }

  /**
   * A new link.
   *
   * @throws BucketDropError `object-missing`, `forbidden`, `type-not-allowed`, … or that the endpoint cannot be reached
   */
  async get(receipt: string, action: LinkAction): Promise<StoredLink> {
    const { answer, askedAtMs } = await this.#links.add({ receipt, action });
    if (!answer.ok) throw refused(answer.error);
    const { method, url, expiresInSeconds } = answer;
    // Counted from before the question, so that it never seems good for longer than it is.
    return { method, url, expiresAtMs: askedAtMs + expiresInSeconds * 1000 };
  }

  /**
   * Removes an object from the bucket. One that is not there any more counts as removed.
   *
   * @throws BucketDropError what keeps it there
   */
  async delete(receipt: string): Promise<void> {
    const link = await this.#linkToDelete(receipt);
    if (!link) return;
    const failure = await sendDelete(link);
    // The answer may have been lost after the deed.
    if (failure && (await this.#linkToDelete(receipt))) throw failure;
  }

  /** Undefined where there is nothing to delete. */
  async #linkToDelete(receipt: string): Promise<StoredLink | undefined> {
    try {
      return await this.get(receipt, 'delete');
    } catch (error) {
      if (isBucketDropError(error) && error.code === 'object-missing') return undefined;
      throw error;
    }
  }

  async #ask(links: Wanted[]): Promise<Outcome[]> {
    const askedAtMs = Date.now();
    const { signal } = new AbortController();
    const answer = await this.#client.post('links', { links }, LinksAnswer, signal);
    return answer.links.map((one) => ({ answer: one, askedAtMs }));
  }
}

/** One receipt that is not good must not fail the links that others are asked for together with. */
function isRefusal(error: unknown): boolean {
  return isBucketDropError(error) && error.code === 'bad-request';
}

async function sendDelete({ url }: StoredLink): Promise<BucketDropError<TransferErrorCode> | undefined> {
  try {
    const response = await fetch(url, {
      method: 'DELETE',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    if (response.ok || response.status === 404) return undefined;
    const { status } = response;
    const code = status >= 500 ? 'bucket-failed' : 'bucket-refused';
    return new BucketDropError(code, `the bucket answered ${status} to a deletion`, {
      status,
      details: { reason: String(status) },
    });
  } catch (cause) {
    return new BucketDropError('bucket-unreachable', 'the bucket did not answer a deletion', {
      cause,
      hint: 'Do the CORS rules of the bucket allow DELETE from this page?',
    });
  }
}
