import type { ChecksumAlgorithm } from '../../protocol/messages.ts';
import { Deferred } from '../Deferred.ts';
import { isOffline } from '../isOffline.ts';
import { loadPatiently } from '../loadPatiently.ts';
import type { ChecksumAnswer, ChecksumQuestion } from './checksumWorker.ts';

/**
 * Hashes Blobs beside the page, in a worker. Where there can be none (a strict CSP, a script from another origin), it
 * hashes in the page, piece by piece: that costs speed, not function.
 */
export class Hasher {
  readonly #waiting = new Map<number, { question: ChecksumQuestion; answer: Deferred<string> }>();
  #worker: Worker | undefined;
  #withoutWorker = typeof Worker === 'undefined';
  #asked = 0;

  /**
   * @returns base64 of the checksum
   * @throws DOMException when the file cannot be read: it changed or vanished
   */
  hash(blob: Blob, algorithm: ChecksumAlgorithm): Promise<string> {
    const question = { id: ++this.#asked, blob, algorithm };
    const answer = new Deferred<string>();
    this.#waiting.set(question.id, { question, answer });
    this.#ask(question);
    return answer.promise;
  }

  /** Starts the worker before there is something to do. */
  warmUp(): void {
    if (this.#withoutWorker) return;
    try {
      this.#worker ??= this.#start();
    } catch {
      this.#withoutWorker = true;
    }
  }

  destroy(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const stopped = new DOMException('Nobody waits for the checksum any more', 'AbortError');
    for (const { answer } of this.#waiting.values()) answer.reject(stopped);
    this.#waiting.clear();
  }

  #ask(question: ChecksumQuestion): void {
    this.warmUp();
    if (this.#worker) this.#worker.postMessage(question);
    else void this.#hashHere(question);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./checksumWorker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<ChecksumAnswer>) => this.#settle(data);
    // It could not be loaded: what waits for it is done here.
    worker.onerror = () => {
      // Without a line nothing can be loaded: that says nothing of workers.
      this.#withoutWorker = !isOffline();
      this.#worker?.terminate();
      this.#worker = undefined;
      for (const { question } of this.#waiting.values()) void this.#hashHere(question);
    };
    return worker;
  }

  async #hashHere({ id, blob, algorithm }: ChecksumQuestion): Promise<void> {
    try {
      const { hashBlob } = await loadPatiently(() => import('./hashBlob.ts'));
      await hashBlob(blob, algorithm).then(
        (checksum) => this.#settle({ id, checksum }),
        (error: Error) => this.#settle({ id, error: error.name }),
      );
    } catch (error) {
      this.#waiting.get(id)?.answer.reject(error);
      this.#waiting.delete(id);
    }
  }

  #settle(data: ChecksumAnswer): void {
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    if ('checksum' in data) waiting?.answer.resolve(data.checksum);
    else waiting?.answer.reject(new DOMException('The file cannot be read', data.error));
  }
}
