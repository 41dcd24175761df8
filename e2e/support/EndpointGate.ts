import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeListener } from '../../src/dev/servePage.ts';

/** What goes wrong with one call of the endpoint. */
export type GateFault =
  /** Hangs up before the endpoint hears of it. */
  | { kind: 'unreachable' }
  /** The endpoint does it all; its answer never arrives. */
  | { kind: 'lost-answer' }
  | { kind: 'delay'; ms: number }
  | { kind: 'answer'; status: number; retryAfterSeconds?: number; html?: boolean };

type Failure = (request: IncomingMessage, response: ServerResponse) => void;

/** Stands in front of the endpoint: counts every byte of the bodies that it receives, and fails when told to. */
export class EndpointGate {
  receivedBytes = 0;
  /** Of the whole conversation, one for each request: `uploads`, `complete`, … */
  readonly calls: string[] = [];
  /** What goes wrong with a call; nothing by default. */
  planFault: (call: string) => GateFault | undefined = () => undefined;
  /** Answers in the endpoint's place: another one, of another secret or another user. */
  instead: NodeListener | undefined;
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
      else this.#pass(this.planFault(call), this.instead ?? endpoint, request, response);
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

  #pass(
    fault: GateFault | undefined,
    endpoint: NodeListener,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    switch (fault?.kind) {
      case 'unreachable':
        request.socket.destroy();
        return;
      case 'delay':
        setTimeout(() => endpoint(request, response), fault.ms);
        return;
      case 'answer': {
        const { status, retryAfterSeconds, html } = fault;
        request.resume();
        response
          .writeHead(status, {
            'content-type': html ? 'text/html' : 'application/json',
            ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
          })
          .end(html ? '<h1>Bad Gateway</h1>' : JSON.stringify({ error: CODES[status] }));
        return;
      }
      case 'lost-answer':
        response.writeHead = () => {
          request.socket.destroy();
          return response;
        };
    }
    endpoint(request, response);
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
  503: { code: 'store-unavailable', message: 'not now' },
  500: { code: 'internal', message: 'something broke' },
};
