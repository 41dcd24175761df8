// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { afterEach, describe, expect, test } from 'vitest';
import { EndpointUnderTest, FILE } from '../testing/EndpointUnderTest.ts';
import { toFastifyPlugin } from './fastify.ts';
import { toHonoHandler } from './hono.ts';
import { type LambdaEvent, toLambdaHandler } from './lambda.ts';
import { toNextHandlers } from './next.ts';
import { toNodeListener } from './node.ts';
import { toWorkersHandler } from './workers.ts';

/** What stands around the endpoint on real sites; that it works at all is shown in `allAdapters.test.ts`. */
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** An endpoint that keeps which URLs it was asked for. */
function spy() {
  const urls: string[] = [];
  const authorize = (request: Request) => {
    urls.push(request.url);
    return { id: 'ann' };
  };
  const cors = { origins: ['https://app.example'] };
  return { urls, ...new EndpointUnderTest({ authorize, cors }) };
}
const body = JSON.stringify({ files: [FILE] });
const post = (url: string, headers: Record<string, string> = {}, content = body) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: content,
  });
const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'site.example' };
const isCreated = async (response: Response) => ((await response.json()) as any).uploads[0].ok;

const onFreePort = async (app: express.Express): Promise<string> => {
  const server = app.listen(0, '127.0.0.1');
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('in Express', () => {
  test.each([
    ['json()', express.json()],
    ['raw()', express.raw({ type: '*/*' })],
    ['text()', express.text({ type: '*/*' })],
  ])('it works behind %s, in a router below a router', async (_title, parser) => {
    const { endpoint, urls } = spy();
    const inner = express.Router().use('/uploads', toNodeListener(endpoint));
    const url = await onFreePort(express().use(parser).use('/api', inner));
    expect(await isCreated(await post(`${url}/api/uploads/uploads?a=1`))).toBe(true);
    expect(urls).toEqual([`${url}/api/uploads/uploads?a=1`]);
  });

  test('it knows the site by what a trusted proxy says, and by nothing else', async () => {
    const { endpoint, urls } = spy();
    const app = express();
    const url = await onFreePort(app.use('/u', toNodeListener(endpoint)));
    await post(`${url}/u/uploads`, forwarded);
    app.set('trust proxy', 'loopback');
    await post(`${url}/u/uploads`, forwarded);
    expect(urls).toEqual([`${url}/u/uploads`, 'https://site.example/u/uploads']);
  });

  test('what a middleware has said of caching and cookies stays', async () => {
    const url = await onFreePort(
      express()
        .use((_req, res, next) => {
          res.vary('accept-encoding').cookie('a', '1');
          next();
        })
        .use(toNodeListener(spy().endpoint)),
    );
    const { headers } = await post(`${url}/uploads`);
    expect(headers.get('vary')).toBe('accept-encoding, Origin');
    expect(headers.getSetCookie()).toEqual(['a=1; Path=/']);
  });
});

describe('in Fastify', () => {
  const start = async (options: { bodyLimit?: number; trustProxy?: boolean } = {}) => {
    const { endpoint, urls } = spy();
    const app = Fastify(options);
    app.addHook('onSend', async (_request, reply) => {
      reply.header('x-hook', 'ran');
    });
    app.post('/echo', async (request) => request.body);
    app.register(async (scope) => scope.register(toFastifyPlugin(endpoint), { prefix: '/uploads' }), {
      prefix: '/api',
    });
    stops.push(() => app.close());
    return { app, urls, url: await app.listen({ port: 0, host: '127.0.0.1' }) };
  };

  test('it is a plugin in a scope: hooks run, and others keep their parsers and limits', async () => {
    const { url, urls } = await start({ bodyLimit: 50 });
    const answer = await post(`${url}/api/uploads/uploads?a=1`);
    expect(answer.headers.get('x-hook')).toBe('ran');
    expect(await isCreated(answer)).toBe(true);
    expect(urls).toEqual([`${url}/api/uploads/uploads?a=1`]);
    expect(await (await post(`${url}/echo`, {}, '{"a":1}')).json()).toEqual({ a: 1 });
    expect((await post(`${url}/echo`)).status).toBe(413);
  });

  test('it knows the site by what a trusted proxy says, and by nothing else', async () => {
    for (const trustProxy of [false, true]) {
      const { url, urls } = await start({ trustProxy });
      await post(`${url}/api/uploads/uploads`, forwarded);
      expect(urls).toEqual([`${trustProxy ? 'https://site.example' : url}/api/uploads/uploads`]);
    }
  });
});

describe('in Hono', () => {
  const ask = (app: Hono) =>
    app.request('http://site.example/api/uploads/uploads', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

  test('it works behind a middleware that has read the body, and under app.mount', async () => {
    const read = new Hono().use(async (context, next) => {
      await context.req.json();
      await next();
    });
    expect(await isCreated(await ask(read.all('/api/uploads/*', toHonoHandler(spy().endpoint))))).toBe(true);
    const mounted = new Hono().mount('/api/uploads', spy().endpoint.handle);
    expect(await isCreated(await ask(mounted))).toBe(true);
  });

  test('a body read before comes from a real connection, too', async () => {
    const app = new Hono()
      .use(async (context, next) => {
        await context.req.text();
        await next();
      })
      .all('/api/uploads/*', toHonoHandler(spy().endpoint));
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    stops.push(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await isCreated(await post(`http://127.0.0.1:${port}/api/uploads/uploads`))).toBe(true);
  });
});

describe('in a Lambda function', () => {
  const event: LambdaEvent = {
    version: '2.0',
    rawPath: '/prod/api/uploads/uploads',
    rawQueryString: 'a=%2F&b',
    headers: { 'content-type': 'application/json', 'x-gone': undefined },
    requestContext: { domainName: 'id.execute-api.eu-central-1.amazonaws.com', http: { method: 'POST' } },
    body,
    isBase64Encoded: false,
  };
  const call = (
    change: Partial<LambdaEvent>,
    endpoint: Parameters<typeof toLambdaHandler>[0] = spy().endpoint,
  ) => toLambdaHandler(endpoint)({ ...event, ...change });
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  test('it takes bodies as text and in base64', async () => {
    const { endpoint, urls } = spy();
    const results = [
      await call({}, endpoint),
      await call({ body: base64(body), isBase64Encoded: true }, endpoint),
    ];
    for (const { statusCode, headers, body: answer } of results) {
      expect([statusCode, headers['content-type'], JSON.parse(answer).uploads[0].ok]).toEqual([
        200,
        'application/json',
        true,
      ]);
    }
    expect(new Set(urls)).toEqual(
      new Set(['https://id.execute-api.eu-central-1.amazonaws.com/prod/api/uploads/uploads?a=%2F&b']),
    );
  });

  test('it does not take apart what is too large', async () => {
    const large = 'x'.repeat(2 * 1024 * 1024 + 1);
    for (const change of [{ body: large }, { body: base64(large), isBase64Encoded: true }]) {
      expect((await call(change)).statusCode).toBe(413);
    }
    const most = `{"a":"${'x'.repeat(2 * 1024 * 1024 - 8)}"}`;
    expect((await call({ body: most })).statusCode).toBe(400);
    expect((await call({ body: base64(most), isBase64Encoded: true })).statusCode).toBe(400);
  });

  test.each([
    ['a path that an HTTP API has decoded', { rawPath: '/a?b#c/uploads' }, 200],
    ['another host as its path', { rawPath: '//evil.example/uploads' }, 200],
    ['no body', { body: undefined }, 400],
    ['what is no base64', { body: '%%%', isBase64Encoded: true }, 400],
    ['no UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]).toString('base64'), isBase64Encoded: true }, 400],
    ['a header that is none', { headers: { ...event.headers, 'x y': 'a\nb' } }, 400],
  ])('it answers %s', async (_title, change, status) => {
    expect((await call(change)).statusCode).toBe(status);
  });

  test('cookies go both ways', async () => {
    const handle = async (request: Request) => {
      const headers = new Headers({ 'x-cookie': request.headers.get('cookie') ?? '' });
      headers.append('set-cookie', 'a=1');
      headers.append('set-cookie', 'b=2');
      return new Response(null, { status: 204, headers });
    };
    const result = await call({ cookies: ['user=ann', 'theme=dark'] }, { handle });
    expect(result).toEqual({
      statusCode: 204,
      headers: { 'x-cookie': 'user=ann; theme=dark' },
      cookies: ['a=1', 'b=2'],
      body: '',
    });
  });

  test('an event of another format is refused with the reason', async () => {
    await expect(call({ version: '1.0' })).rejects.toMatchObject({
      code: 'endpoint-misconfigured',
      hint: expect.stringContaining('2.0'),
    });
  });
});

describe('made late', () => {
  const request = () => new Request('https://site.example/api/uploads/nothing');

  test('in Next.js the endpoint is made with the first request, once', async () => {
    let made = 0;
    const handlers = toNextHandlers(() => {
      made += 1;
      return spy().endpoint;
    });
    expect([Object.keys(handlers).sort(), made]).toEqual([
      ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
      0,
    ]);
    expect((await handlers.GET(request())).status).toBe(404);
    expect([(await handlers.DELETE(request())).status, made]).toEqual([404, 1]);
    expect((await toNextHandlers(spy().endpoint).GET(request())).status).toBe(404);
  });

  test('in a Worker once for each environment', async () => {
    const envs: object[] = [];
    const worker = toWorkersHandler((env: object) => {
      envs.push(env);
      return spy().endpoint;
    });
    const [one, other] = [{ a: 1 }, { a: 2 }];
    for (const env of [one, one, other, one]) expect((await worker.fetch(request(), env)).status).toBe(404);
    expect(envs).toEqual([one, other]);
  });
});
