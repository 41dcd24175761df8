import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LambdaEvent, LambdaResult } from '../lambda.ts';
import type { Host } from './Host.ts';

/** API Gateway and function URLs refuse more by themselves: 10 MB and 6 MB. */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

type Handler = (event: LambdaEvent) => Promise<LambdaResult>;

/**
 * Stands where AWS has its gateway: makes of each request the event of payload format 2.0, hands it to the function as
 * JSON, and of what comes back the answer.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export async function startLambdaGateway(handler: Handler): Promise<Host> {
  const server = createServer(async (req, res) => {
    try {
      const body = await readBody(req);
      if (body === null)
        return res.writeHead(413, { connection: 'close' }).end('{"message":"Request Too Long"}');
      const result: LambdaResult = overJson(await handler(overJson(toEvent(req, body))));
      res.writeHead(result.statusCode, {
        ...result.headers,
        ...(result.cookies && { 'set-cookie': result.cookies }),
      });
      return res.end(result.body);
    } catch {
      return res.writeHead(502).end('{"message":"Internal Server Error"}');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    printed: () => '',
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const overJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

async function readBody(req: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > MAX_PAYLOAD_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** All fields that AWS documents, also those that nobody here reads. */
function toEvent(req: IncomingMessage, body: Buffer): LambdaEvent {
  const { host = 'localhost', cookie, ...others } = req.headers;
  const url = new URL(req.url ?? '/', `http://${host}`);
  const now = Date.now();
  // Text stays text; whatever else, or has an encoding, comes in base64.
  const isText = /^(text\/|application\/(json|javascript|xml))/.test(others['content-type'] ?? '');
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: {
      ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)])),
      host,
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abcdefghij',
      domainName: 'abcdefghij.lambda-url.eu-central-1.on.aws',
      domainPrefix: 'abcdefghij',
      http: {
        method: req.method ?? 'GET',
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'test',
      },
      requestId: 'e1506fd5-9e7b-434f-bd42-4f8fa224b599',
      routeKey: '$default',
      stage: '$default',
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
  return event;
}
