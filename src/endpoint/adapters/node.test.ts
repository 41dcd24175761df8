// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { EndpointUnderTest, FILE } from '../testing/EndpointUnderTest.ts';
import { toNodeListener } from './node.ts';

type Listener = (req: IncomingMessage, res: ServerResponse) => void;
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const listen = async (listener: Listener): Promise<string> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const files = JSON.stringify({ files: [FILE] });

/** What Connect, Express and Vite do with a middleware that was mounted at a path. */
const mounted =
  (path: string, listener: Listener): Listener =>
  (req, res) => {
    (req as any).originalUrl = req.url;
    req.url = req.url?.slice(path.length) ?? '/';
    listener(req, res);
  };

/** Says something raw to a server and gives the first line of its answer. */
const say = (url: string, text: string) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    socket.once('data', (data) => {
      resolve(data.toString().split('\r\n', 1)[0] ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
  });

describe('toNodeListener', () => {
  test('answers as the endpoint does', async () => {
    const url = await listen(
      toNodeListener(new EndpointUnderTest({ cors: { origins: ['https://a.example'] } }).endpoint),
    );
    const config = await fetch(`${url}/api/uploads/config`);
    expect([config.status, config.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(Number(config.headers.get('content-length'))).toBeGreaterThan(100);
    expect((await (await post(`${url}/api/uploads/uploads`, files)).json()).uploads[0].ok).toBe(true);
    const preflight = await fetch(`${url}/uploads`, {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'POST']);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });

  test('is a middleware below a mount path, and passes on where it was asked', async () => {
    const seen: string[] = [];
    const authorize = (request: Request) => {
      seen.push(`${request.method} ${request.url} ${request.headers.get('cookie')}`);
      return { id: 'ann' };
    };
    const listener = toNodeListener(new EndpointUnderTest({ authorize }).endpoint);
    const url = await listen(mounted('/api/uploads', listener));
    expect((await post(`${url}/api/uploads/uploads?a=1`, files, { cookie: 'b=2' })).status).toBe(200);
    expect(seen).toEqual([`POST ${url}/api/uploads/uploads?a=1 b=2`]);
  });

  test.each<[string, (raw: string) => unknown]>([
    ['an object', JSON.parse],
    ['text', (raw) => raw],
    ['a buffer', (raw) => Buffer.from(raw)],
  ])('takes a body that a parser has read already, as %s', async (_title, parse) => {
    const listener = toNodeListener(new EndpointUnderTest().endpoint);
    const url = await listen((req, res) => {
      let raw = '';
      req.on('data', (chunk) => {
        raw += chunk;
      });
      req.on('end', () => {
        (req as any).body = parse(raw);
        setImmediate(() => listener(req, res));
      });
    });
    expect((await (await post(`${url}/uploads`, files)).json()).uploads[0].ok).toBe(true);
  });

  test('answers 413 to a body beyond the limit, and lets the caller hear it', async () => {
    const url = await listen(toNodeListener(new EndpointUnderTest().endpoint));
    const body = 'x'.repeat(10_000_000);
    for (let times = 0; times < 5; times += 1) {
      const response = await post(`${url}/uploads`, body);
      expect([response.status, (await response.json()).error.code]).toEqual([413, 'body-too-large']);
    }
  });

  test('a caller that listens only after it has sent all hears the answer, too', async () => {
    const url = await listen(toNodeListener(new EndpointUnderTest().endpoint));
    const chunk = Buffer.alloc(256 * 1024, 'x');
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
      socket.on('data', (data) => (text += data)).on('end', () => resolve(text));
      socket.on('error', reject);
      const head = 'POST /uploads HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
      socket.write(`${head}content-length: ${16 * chunk.length}\r\n\r\n`);
      const send = (left: number): unknown =>
        left === 0 ? socket.resume() : socket.write(chunk, () => setTimeout(send, 20, left - 1));
      send(16);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"body-too-large"');
  });

  test('does not take in more than the limit of a body that never ends', async () => {
    const url = await listen(toNodeListener(new EndpointUnderTest().endpoint));
    const headers = { 'content-type': 'application/json' };
    const outcome = await new Promise<{ status: number; sent: number }>((resolve) => {
      let status = 0;
      let sent = 0;
      const asked = request(`${url}/uploads`, { method: 'POST', headers }, (response) => {
        status = response.statusCode ?? 0;
        response.resume();
      });
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const push = () => {
        if (asked.destroyed) return;
        sent += chunk.length;
        asked.write(chunk, () => setImmediate(push));
      };
      asked.on('error', () => {});
      asked.on('close', () => resolve({ status, sent }));
      push();
    });
    expect(outcome.status).toBe(413);
    // The limit, what is drained so that the caller hears the answer, and what sockets hold.
    expect(outcome.sent).toBeLessThan(40 * 1024 * 1024);
  });

  test('survives callers that hang up, and goes on serving', async () => {
    const site = new EndpointUnderTest();
    const url = await listen(toNodeListener(site.endpoint));
    for (let times = 0; times < 20; times += 1) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(
        'POST /uploads HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"fi',
      );
      await new Promise((resolve) => setTimeout(resolve, times % 4));
      socket.destroy();
    }
    await expect
      .poll(() => site.log.filter((entry) => entry.code === 'bad-request').length)
      .toBeGreaterThan(5);
    expect(site.log.filter((entry) => entry.level !== 'info')).toEqual([]);
    expect((await post(`${url}/uploads`, files)).status).toBe(200);
  });

  test.each([
    ['TRACE /uploads HTTP/1.1\r\nhost: a\r\n\r\n', 'HTTP/1.1 405 Method Not Allowed'],
    ['GET //evil.example/config HTTP/1.1\r\nhost: a\r\n\r\n', 'HTTP/1.1 200 OK'],
    ['GET http://evil.example/config HTTP/1.1\r\nhost: a\r\n\r\n', 'HTTP/1.1 200 OK'],
    ['OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n', 'HTTP/1.1 404 Not Found'],
    ['GET /config HTTP/1.1\r\nhost: [::\r\n\r\n', 'HTTP/1.1 200 OK'],
    ['GET /config HTTP/1.0\r\n\r\n', 'HTTP/1.1 200 OK'],
    ['GET /config HTTP/1.1\r\nhost: a\r\nx: \xe4\r\n\r\n', 'HTTP/1.1 200 OK'],
    ['GET /%zz HTTP/1.1\r\nhost: a\r\n\r\n', 'HTTP/1.1 404 Not Found'],
    ['GET http:// HTTP/1.1\r\nhost: a\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
    ['GET /config HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}', 'HTTP/1.1 200 OK'],
    [
      'POST /uploads HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\r\n',
      'HTTP/1.1 400 Bad Request',
    ],
  ])('%j is answered %j', async (text, expected) => {
    const url = await listen(toNodeListener(new EndpointUnderTest().endpoint));
    expect(await say(url, text)).toBe(expected);
  });

  test('an endpoint that breaks its promise ends the request, not the process', async () => {
    const url = await listen(toNodeListener({ handle: () => Promise.reject(new Error('boom')) }));
    await expect(fetch(`${url}/config`)).rejects.toThrow();
  });
});
