import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What comes instead of a store's answer: a status with these headers, a connection that breaks, or nothing at all. */
export type ScriptedAnswer = number | [status: number, headers: Record<string, string>] | 'reset' | 'silence';

/** A store that says what it was told to say, whatever it is asked, and remembers that. */
export class ScriptedStore {
  readonly asked: { method: string; path: string; headers: IncomingHttpHeaders }[] = [];
  /** That were ever opened. */
  connections = 0;
  readonly #server: Server;

  /** @param answers in this order; the last one is for all further requests */
  constructor(answers: readonly ScriptedAnswer[]) {
    this.#server = createServer(({ method = '', url: path = '', headers }, response) => {
      this.asked.push({ method, path, headers });
      say(response, answers[Math.min(this.asked.length, answers.length) - 1] ?? 200);
    });
    this.#server.on('connection', () => this.connections++);
  }

  /** @returns its address */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function say(response: ServerResponse, answer: ScriptedAnswer): void {
  if (answer === 'silence') return;
  if (answer === 'reset') {
    response.socket?.destroy();
    return;
  }
  const [status, headers] = typeof answer === 'number' ? [answer, {}] : answer;
  response.writeHead(status, headers).end();
}
