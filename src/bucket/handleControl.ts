import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { FAULT_KINDS, type FaultRule } from './FaultPlan.ts';
import type { Services } from './Services.ts';

/** No bucket can have this name. */
export const CONTROL_PATH = '/_bucket/';

const MAX_BYTES = 64 * 1024;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const faultRule = v.strictObject({
  fault: v.picklist(FAULT_KINDS),
  operation: v.optional(v.string()),
  key: v.optional(v.string()),
  partNumber: v.optional(count),
  skip: v.optional(count),
  times: v.optional(count),
  afterBytes: v.optional(count),
  delayMs: v.optional(count),
});

const throttleSetting = v.nullable(
  v.strictObject({
    bytesPerSecond: v.pipe(v.number(), v.minValue(1)),
    per: v.optional(v.picklist(['connection', 'bucket']), 'bucket'),
  }),
);

/**
 * The remote control for tests that run in another process, JSON both ways:
 * `GET | POST | DELETE /_bucket/faults`, `DELETE /_bucket/faults/{id}`, `PUT /_bucket/throttle` (null: none),
 * `GET | DELETE /_bucket/log`, `GET /_bucket/stats`. Whatever comes from a web page is refused.
 */
export async function handleControl(
  services: Services,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const [status, value] = await control(services, incoming);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(value === undefined ? '' : JSON.stringify(value));
  } catch (error) {
    const refused =
      error instanceof v.ValiError || error instanceof SyntaxError || error instanceof RangeError;
    response.writeHead(refused ? 400 : 500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: error instanceof Error ? error.message : 'failed' }));
  }
}

async function control(
  { faults, throttle, log }: Services,
  incoming: IncomingMessage,
): Promise<[status: number, value?: unknown]> {
  const { method = 'GET', headers } = incoming;
  if (!fromThisMachine(incoming)) return [403, { error: 'The control is for tests on this machine only.' }];
  const path = (incoming.url ?? '').slice(CONTROL_PATH.length);
  const id = /^faults\/(\d+)$/.exec(path)?.[1];
  if (id !== undefined && method === 'DELETE') return [faults.remove(Number(id)) ? 204 : 404];
  switch (`${method} ${path}`) {
    case 'GET faults':
      return [200, faults.list()];
    case 'DELETE faults':
      faults.clear();
      return [204];
    case 'POST faults': {
      if (!headers['content-type']?.startsWith('application/json')) return [415, { error: 'Send JSON.' }];
      const body = await readJson(incoming);
      const rules = v.parse(v.array(faultRule), Array.isArray(body) ? body : [body]);
      return [201, { ids: rules.map((rule) => faults.add(rule as FaultRule)) }];
    }
    case 'PUT throttle':
      throttle.set(v.parse(throttleSetting, await readJson(incoming)) ?? undefined);
      return [204];
    case 'GET stats':
      return [200, log.stats(faults.fired())];
    case 'GET log':
      return [200, log.entries];
    case 'DELETE log':
      log.reset();
      return [204];
    default:
      return [404, { error: 'There is no such control.' }];
  }
}

/** No page of any site: these send an Origin, or name another host after a rebound DNS answer. */
function fromThisMachine({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  return headers.origin === undefined && (host === '127.0.0.1' || host === 'localhost');
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new RangeError('Too much JSON.');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
}
