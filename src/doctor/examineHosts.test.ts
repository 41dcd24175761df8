import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { toNodeListener } from '../endpoint/adapters/node.ts';
import { createUploadEndpoint } from '../endpoint/createUploadEndpoint.ts';
import { recommendedCorsRule } from './corsRules.ts';
import { examineBucket } from './examineBucket.ts';
import { examineEndpoint } from './examineEndpoint.ts';
import type { Report } from './Report.ts';

const ORIGIN = 'https://app.example';
/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:59999';

let store: RunningBucket;
let other: RunningBucket;
beforeAll(async () => {
  const options = { buckets: ['uploads'], cors: [recommendedCorsRule([ORIGIN])] };
  [store, other] = await Promise.all([startBucket(options), startBucket(options)]);
});
afterAll(() => Promise.all([store.stop(), other.stop()]));

const options = (hosts: readonly string[]) => {
  const { url: endpoint, region, accessKeyId, secretAccessKey } = store;
  return {
    bucket: 'uploads',
    endpoint,
    region,
    accessKeyId,
    secretAccessKey,
    hosts,
    profile: 'local' as const,
  };
};
const passed = ({ checks }: Report) =>
  checks.flatMap(({ title, status }) => (status === 'passed' ? [title] : []));
const failed = ({ checks }: Report) =>
  checks.flatMap(({ title, status, cause, message }) =>
    status === 'failed' ? [{ title, cause, message }] : [],
  );
const localhost = () => store.url.replace('127.0.0.1', 'localhost');
const { host: nobody } = new URL(NOBODY);

describe('further host names, with a bucket and its keys', () => {
  test('each is tried as a page would', async () => {
    const report = await examineBucket({ store: options([localhost()]), origin: ORIGIN });
    const { host } = new URL(localhost());
    expect(failed(report)).toEqual([]);
    expect(passed(report)).toEqual(
      expect.arrayContaining([
        `PUT of a file to ${host}`,
        `PUT of a file to ${host}, from ${ORIGIN}`,
        `${host} and ${new URL(store.url).host}`,
      ]),
    );
    expect(report.leftBehind).toEqual([]);
  });

  test('one that nobody listens at is named, and the next is tried', async () => {
    const report = await examineBucket({ store: options([NOBODY, localhost()]), origin: ORIGIN });
    const title = `PUT of a file to ${nobody}`;
    expect(failed(report)).toEqual([
      { title, cause: 'store-unreachable', message: `Nobody listens at ${nobody}.` },
    ]);
    expect(passed(report)).toContain(`PUT of a file to ${new URL(localhost()).host}`);
  });

  test('one that leads into another store is named', async () => {
    const report = await examineBucket({ store: options([other.url]), origin: ORIGIN });
    expect(report.causes).toEqual(['another-store']);
    expect(failed(report)[0]?.message).toContain(new URL(other.url).host);
    expect(report.leftBehind).toHaveLength(1);
  });
});

describe('further host names, with an endpoint', () => {
  const examine = async (hosts: readonly string[]) => {
    const endpoint = createUploadEndpoint({
      store: options(hosts),
      secret: 'x'.repeat(32),
      anonymous: true,
      cors: { origins: [ORIGIN] },
      links: { delete: true },
      log: () => undefined,
    });
    const server = createServer(toNodeListener(endpoint)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/uploads`;
    try {
      return await examineEndpoint({ endpoint: url, origin: ORIGIN });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };

  test('each is tried, whichever comes first', async () => {
    const report = await examine([localhost()]);
    expect(failed(report)).toEqual([]);
    const hosts = [store.url, localhost()].map((url) => new URL(url).host);
    const tried = passed(report).filter((title) => /^A part of a file, to \S+$/.test(title));
    expect(tried).toHaveLength(1);
    expect(hosts).toContain(tried[0]?.split(' ').at(-1));
  });

  test('one that nobody listens at is named', async () => {
    const report = await examine([NOBODY]);
    expect(report.causes).toEqual(['store-unreachable']);
    expect(failed(report)[0]?.message).toBe(`Nobody listens at ${nobody}.`);
  });
});
