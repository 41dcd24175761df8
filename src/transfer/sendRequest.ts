import { RequestFailure } from './RequestFailure.ts';

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
 * @throws RequestFailure `network` or `stalled`; the signal's reason when it was aborted
 */
export function sendRequest(request: BucketRequest): Promise<BucketAnswer> {
  const { signal, stallTimeoutMs, onProgress } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const xhr = new XMLHttpRequest();
    let watchdog: ReturnType<typeof setTimeout>;
    let stalled = false;
    const watch = (timeoutMs: number) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => {
        stalled = true;
        xhr.abort();
      }, timeoutMs);
    };
    const onAbort = () => xhr.abort();
    const settle = (finish: () => void) => {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    if (onProgress) {
      xhr.upload.onprogress = (event) => {
        watch(stallTimeoutMs);
        onProgress(event.loaded, event.total);
      };
      xhr.upload.onload = () => watch(stallTimeoutMs * ANSWER_PATIENCE);
    }
    xhr.onload = () =>
      settle(() =>
        resolve({
          status: xhr.status,
          body: xhr.responseText,
          header: (name) => xhr.getResponseHeader(name),
        }),
      );
    xhr.onerror = () => settle(() => reject(new RequestFailure('network', request)));
    xhr.onabort = () =>
      settle(() => reject(stalled ? new RequestFailure('stalled', request) : (signal.reason as unknown)));
    xhr.open(request.method, request.url);
    for (const [name, value] of Object.entries(request.headers ?? {})) xhr.setRequestHeader(name, value);
    signal.addEventListener('abort', onAbort, { once: true });
    watch(onProgress ? stallTimeoutMs : stallTimeoutMs * ANSWER_PATIENCE);
    xhr.send(request.body);
  });
}
