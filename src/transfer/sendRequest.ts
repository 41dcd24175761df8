import { type FailureKind, RequestFailure } from './RequestFailure.ts';
import type { WakeWatch } from './WakeWatch.ts';
import { Watchdog } from './Watchdog.ts';

export interface BucketRequest {
  method: 'PUT' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body: Blob | FormData;
  /**
   * Called with the bytes sent so far, many times. A form without it is a "simple" request, which needs no CORS
   * preflight at all.
   */
  onProgress?: (loadedBytes: number, totalBytes: number) => void;
  /** Not a byte moved for this long: given up. Without progress events, the time for the whole request. */
  stallTimeoutMs: number;
  /** How many times longer than that it may stand still between two bytes. Default 1. */
  patience?: number;
  wake: WakeWatch;
  signal: AbortSignal;
}

export interface BucketAnswer {
  status: number;
  body: string;
  /** A header that the bucket's CORS rules let this page see. */
  header(name: string): string | null;
}

/** The store has all bytes and works on them: that may take longer than a pause between two bytes. */
const ANSWER_PATIENCE = 4;

/**
 * Sends one request to the bucket by XMLHttpRequest, since `fetch` reports no upload progress.
 *
 * @throws RequestFailure `network`, `answer-lost`, `stalled` or `timeout`; the signal's reason when it was aborted
 */
export function sendRequest(request: BucketRequest): Promise<BucketAnswer> {
  const { signal, stallTimeoutMs, onProgress } = request;
  const pauseMs = stallTimeoutMs * (request.patience ?? 1);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const xhr = new XMLHttpRequest();
    let allSent = false;
    let gaveUp = false;
    const watchdog = new Watchdog(request.wake, () => {
      gaveUp = true;
      xhr.abort();
    });
    const onAbort = () => xhr.abort();
    const settle = (finish: () => void) => {
      watchdog.stop();
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const fail = (kind: FailureKind) => reject(new RequestFailure(kind, request));
    if (onProgress) {
      xhr.upload.onprogress = (event) => {
        watchdog.feed(pauseMs);
        onProgress(event.loaded, event.total);
      };
      xhr.upload.onload = () => {
        allSent = true;
        watchdog.feed(stallTimeoutMs * ANSWER_PATIENCE);
      };
    }
    xhr.onload = () =>
      settle(() =>
        resolve({
          status: xhr.status,
          body: xhr.responseText,
          header: (name) => xhr.getResponseHeader(name),
        }),
      );
    xhr.onerror = () => settle(() => fail(allSent ? 'answer-lost' : 'network'));
    xhr.onabort = () =>
      settle(() => (gaveUp ? fail(allSent ? 'timeout' : 'stalled') : reject(signal.reason as unknown)));
    xhr.open(request.method, request.url);
    for (const [name, value] of Object.entries(request.headers ?? {})) xhr.setRequestHeader(name, value);
    signal.addEventListener('abort', onAbort, { once: true });
    watchdog.feed(onProgress ? pauseMs : stallTimeoutMs * ANSWER_PATIENCE);
    xhr.send(request.body);
  });
}
