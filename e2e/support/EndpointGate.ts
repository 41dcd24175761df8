import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeListener } from '../../src/dev/servePage.ts';

type Failure = (request: IncomingMessage, response: ServerResponse) => void;

/** Stands in front of the endpoint: counts every byte of the bodies that it receives, and fails when told to. */
export class EndpointGate {
  receivedBytes = 0;
  /** Of the whole conversation, one for each request: `uploads`, `complete`, … */
  readonly calls: string[] = [];
  #failure: Failure | undefined;
  #only: string | undefined;

  /** For `startDemo`'s `wrapEndpoint`. */
  readonly wrap =
    (endpoint: NodeListener): NodeListener =>
    (request, response) => {
      const call = (request.url ?? '').replace(/\?.*/, '').replace(/.*\//, '');
      this.calls.push(call);
      this.#count(request);
      const fails = this.#failure && (this.#only === undefined || this.#only === call);
      if (fails) this.#failure?.(request, response);
      else endpoint(request, response);
    };

  /** Answers this status, with the endpoint's own kind of error or with whatever body is given. */
  failWith(status: number, body?: { type: string; text: string }): void {
    this.#failure = (request, response) => {
      request.resume();
      const { type, text } = body ?? {
        type: 'application/json',
        text: JSON.stringify({ error: CODES[status] }),
      };
      response.writeHead(status, { 'content-type': type }).end(text);
    };
  }

  /** Hangs up on whoever calls, as a server that is not there. */
  beUnreachable(): void {
    this.#failure = (request) => request.socket.destroy();
  }

  /** Lets only this call fail. */
  only(call: string): this {
    this.#only = call;
    return this;
  }

  /** The cause is gone. */
  open(): void {
    this.#failure = undefined;
    this.#only = undefined;
  }

  #count(request: IncomingMessage): void {
    // what the parser hands over, whoever reads it then; a listener would set the stream flowing
    const push = request.push;
    request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
      this.receivedBytes += chunk?.length ?? 0;
      return push.call(request, chunk, encoding);
    };
  }
}

const CODES: Record<number, { code: string; message: string }> = {
  401: { code: 'unauthorized', message: 'nobody is signed in' },
  403: { code: 'forbidden', message: 'not for you' },
  413: { code: 'body-too-large', message: 'too much at once' },
  500: { code: 'internal', message: 'something broke' },
};
