import { once } from 'node:events';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { BucketProxy } from '../../e2e/support/BucketProxy.ts';
import type { LineFault } from '../../e2e/support/LineFault.ts';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { createUploadEndpoint } from '../endpoint/createUploadEndpoint.ts';
import { bytesOf } from '../endpoint/testing/sendFile.ts';
import type { FailureKind } from './RequestFailure.ts';
import { RETRY_POLICY } from './retryPolicy.ts';
import { Transfer } from './Transfer.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;
/** More than the buffers on the way swallow. */
const LARGE_PART = 12 * MIB;
const PAGE = 'http://page.example';

vi.setConfig({ testTimeout: 60_000 });

interface Row {
  /** What goes wrong with part 2 when it is sent for the first time. */
  fault?: LineFault;
  /** What the line alone cannot do. */
  prepare?: () => unknown;
  /** How often part 2 is sent. */
  sent: number;
  /** Whether it is signed anew before it is sent again. */
  signedAnew?: boolean;
  /** Whether the bucket is asked what it has. */
  listed?: true;
  /** How often the file is begun; once, unless it says otherwise. */
  begun?: number;
  /** The code that it ends with, where it is given up. */
  gaveUp?: string;
  partBytes?: number;
  /** What the endpoint takes the local bucket for. */
  profile?: 'ceph';
  encryption?: { algorithm: 'aws:kms' };
  stallTimeoutMs?: number;
}

const answer = (status: number, code: string, more: { retryAfterSeconds?: number; text?: string } = {}) =>
  ({ kind: 'answer', status, code, ...more }) as const;
const planned = (fault: 'expired-url' | 'hide-etag') => () =>
  bucket.faults.add({ fault, operation: 'UploadPart', partNumber: 2, times: 1 });

const ROWS: Record<FailureKind, Row> = {
  network: { fault: { kind: 'reset', at: 0.1 }, partBytes: LARGE_PART, sent: 2, signedAnew: true },
  'answer-lost': { fault: { kind: 'lost-answer' }, sent: 1, listed: true },
  timeout: {
    fault: { kind: 'stall', at: 1 },
    stallTimeoutMs: 1_000,
    sent: 2,
    signedAnew: true,
    listed: true,
  },
  stalled: {
    fault: { kind: 'stall', at: 0.1 },
    partBytes: LARGE_PART,
    stallTimeoutMs: 2_000,
    sent: 2,
    signedAnew: true,
  },
  'request-timeout': { fault: answer(400, 'RequestTimeout'), sent: 2, signedAnew: false },
  'url-expired': { prepare: planned('expired-url'), sent: 2, signedAnew: true },
  'url-refused': { fault: answer(403, 'SignatureDoesNotMatch'), sent: 2, signedAnew: true },
  'upload-gone': { fault: answer(404, 'NoSuchUpload'), sent: 2, signedAnew: true, begun: 2 },
  conflict: { fault: answer(409, 'OperationAborted'), sent: 2, signedAnew: false },
  'precondition-failed': { fault: answer(412, 'PreconditionFailed'), sent: 1, gaveUp: 'bucket-refused' },
  'too-many-requests': {
    fault: answer(429, 'TooManyRequests', { retryAfterSeconds: 1 }),
    sent: 2,
    signedAnew: false,
  },
  'slow-down': { fault: answer(503, 'SlowDown', { retryAfterSeconds: 1 }), sent: 2, signedAnew: false },
  'store-error': { fault: answer(500, 'InternalError'), sent: 2, signedAnew: false },
  'error-in-200': { fault: answer(200, 'InternalError'), sent: 2, signedAnew: false },
  'malformed-answer': {
    fault: answer(200, '', { text: '<!doctype html><title>Welcome to the hotel</title>' }),
    sent: 2,
    signedAnew: true,
  },
  // the bucket tells the checksum of what it got
  damaged: { fault: { kind: 'damage' }, sent: 2, signedAnew: false },
  // it tells an ETag; the second time, it has the checksum to compare with
  'checksum-wanted': { fault: { kind: 'damage' }, profile: 'ceph', sent: 2, signedAnew: true },
  refused: { fault: answer(400, 'InvalidArgument'), sent: 1, gaveUp: 'bucket-refused' },
  'etag-hidden': { prepare: planned('hide-etag'), sent: 1, gaveUp: 'etag-hidden' },
  'file-changed': { prepare: () => writeFile(path, 'another'), begun: 0, sent: 0, gaveUp: 'file-changed' },
};

let folder: string;
let path: string;
let bucket: RunningBucket;
let line: BucketProxy;
let s3: S3Client;
/** What the endpoint was asked. */
let calls: string[] = [];
/** Signatures with which part 2 was sent. */
let signatures: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bucketdrop-rows-'));
  const rule = {
    AllowedOrigins: [PAGE],
    AllowedMethods: ['PUT' as const],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['ETag', 'x-amz-checksum-crc32'],
  };
  bucket = await startBucket({ buckets: ['uploads'], cors: [rule] });
  line = new BucketProxy(bucket.url);
  await line.comeUp();
  const { region, accessKeyId, secretAccessKey } = bucket;
  const credentials = { accessKeyId, secretAccessKey };
  s3 = new S3Client({ endpoint: bucket.url, region, credentials, forcePathStyle: true });
});
afterAll(async () => {
  s3.destroy();
  await line.goDown();
  await bucket.stop();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
  bucket.faults.clear();
});

/** XMLHttpRequest over Node's own client: as much of it as the engine uses, and CORS as a browser has it. */
class NodeXhr {
  readonly upload: { onprogress?: (event: { loaded: number; total: number }) => void; onload?: () => void } =
    {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  responseText = '';
  #request: ClientRequest | undefined;
  #answer: IncomingMessage | undefined;
  #url = '';
  #method = '';
  #isOver = false;
  readonly #headers: Record<string, string> = { origin: PAGE };

  open(method: string, url: string): void {
    this.#method = method;
    this.#url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  getResponseHeader(name: string): string | null {
    const { headers = {} } = this.#answer ?? {};
    const exposed = String(headers['access-control-expose-headers'] ?? '').toLowerCase();
    return exposed.includes(name) ? String(headers[name] ?? '') || null : null;
  }

  abort(): void {
    this.#end(this.onabort);
    this.#request?.destroy();
  }

  send(body: Blob): void {
    const query = new URL(this.#url).searchParams;
    if (query.get('partNumber') === '2') signatures.push(query.get('X-Amz-Signature') ?? '');
    const headers = { ...this.#headers, 'content-length': body.size };
    this.#request = send(this.#url, { method: this.#method, headers, agent: false });
    this.#request.on('error', () => this.#end(this.onerror));
    this.#request.on('response', (answer) => void this.#read(answer));
    void this.#write(this.#request, body).catch(() => this.#end(this.onerror));
  }

  async #write(request: ClientRequest, body: Blob): Promise<void> {
    let loaded = 0;
    for await (const chunk of body.stream()) {
      if (this.#isOver) return;
      if (!request.write(chunk)) await Promise.race([once(request, 'drain'), once(request, 'close')]);
      loaded += chunk.length;
      if (!this.#isOver) this.upload.onprogress?.({ loaded, total: body.size });
    }
    request.end(() => !this.#isOver && this.upload.onload?.());
  }

  async #read(answer: IncomingMessage): Promise<void> {
    try {
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
      this.#answer = answer;
      const isAllowed = answer.headers['access-control-allow-origin'] !== undefined;
      if (!isAllowed) return this.#end(this.onerror);
      this.status = answer.statusCode ?? 0;
      this.responseText = text;
      this.#end(this.onload);
    } catch {
      this.#end(this.onerror);
    }
  }

  #end(tell: (() => void) | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    tell?.();
  }
}

/** An endpoint in this process, and the line's faults, for one row. */
function prepare(row: Row): void {
  const { partBytes = PART, profile = 'local', encryption } = row;
  const { region, accessKeyId, secretAccessKey } = bucket;
  const site = createUploadEndpoint({
    store: {
      bucket: 'uploads',
      region,
      endpoint: line.url,
      accessKeyId,
      secretAccessKey,
      profile,
      forcePathStyle: true,
    },
    secret: 'a secret for tests only, long enough',
    anonymous: true,
    uploads: {
      singleRequestMaxBytes: partBytes,
      partSizeBytes: partBytes,
      maxFileSizeBytes: null,
      encryption,
    },
    log: () => undefined,
    // Two signatures of one second are the same.
    now: () => Date.now() + calls.length * 1_000,
  });
  calls = [];
  signatures = [];
  const realFetch = globalThis.fetch;
  vi.stubGlobal('location', new URL(PAGE));
  vi.stubGlobal('XMLHttpRequest', NodeXhr);
  vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) => {
    const url = new URL(input);
    if (url.origin !== PAGE) return realFetch(input, init);
    calls.push(url.pathname.split('/').at(-1) ?? '');
    return site.handle(new Request(url, init));
  });
  let hasStruck = false;
  line.planFault = (operation, { url = '' }) => {
    if (hasStruck || operation !== 'part' || !/[?&]partNumber=2&/.test(url)) return undefined;
    hasStruck = true;
    return row.fault;
  };
}

// With real requests to the local bucket, over a line that breaks.
describe.each(Object.entries(ROWS) as [FailureKind, Row][])('%s', (kind, row) => {
  test(RETRY_POLICY[kind].action, async () => {
    prepare(row);
    const { partBytes = PART, stallTimeoutMs = 30_000 } = row;
    const bytes = bytesOf(2 * partBytes + 1_000);
    path = join(folder, `${kind}.bin`);
    await writeFile(path, bytes);
    const blob = await openAsBlob(path);
    const transfer = new Transfer({ endpoint: '/api/uploads', retry: { minDelayMs: 20 }, stallTimeoutMs });
    await row.prepare?.();
    const upload = transfer.add({ id: kind, name: 'video.mp4', type: 'video/mp4', blob });
    // What comes after the fault may take its time on a busy machine.
    const relax = vi.waitFor(() => expect(signatures).not.toEqual([]), { timeout: 20_000 });
    relax.then(
      () => transfer.setOptions({ stallTimeoutMs: 30_000 }),
      () => undefined,
    );
    const outcome = await upload.finished.then(
      ({ key }) => key,
      (error: { code: string }) => error,
    );
    transfer.destroy();

    expect(signatures).toHaveLength(row.sent);
    if (row.signedAnew !== undefined) expect(new Set(signatures).size === 2).toBe(row.signedAnew);
    expect(calls.includes('uploaded-parts')).toBe(row.listed === true);
    expect(calls.filter((call) => call === 'uploads')).toHaveLength(row.begun ?? 1);
    if (row.gaveUp) expect(outcome).toMatchObject({ code: row.gaveUp });
    else {
      const stored = await fetchObject(String(outcome));
      expect(Buffer.compare(stored, bytes)).toBe(0);
    }
  });
});

test('a bucket with Object Lock, which refuses parts without their checksums, gets all others with them', async () => {
  const text =
    '<Error><Code>InvalidRequest</Code><Message>Content-MD5 OR x-amz-checksum- HTTP header is required for Put Part requests with Object Lock parameters</Message></Error>';
  prepare({ sent: 0 });
  line.planFault = (operation, { headers }) =>
    operation === 'part' && headers['x-amz-checksum-crc32'] === undefined
      ? answer(400, 'InvalidRequest', { text })
      : undefined;
  const transfer = new Transfer({ endpoint: '/api/uploads' });
  for (const sent of [2, 1]) {
    const bytes = bytesOf(2 * PART + 1_000);
    path = join(folder, `locked-${sent}.mp4`);
    await writeFile(path, bytes);
    signatures = [];
    const source = { id: path, name: 'locked.mp4', type: 'video/mp4', blob: await openAsBlob(path) };
    const { key } = await transfer.add(source).finished;
    expect(Buffer.compare(await fetchObject(key), bytes)).toBe(0);
    expect(signatures).toHaveLength(sent);
  }
  transfer.destroy();
});

test('a bucket whose ETags are no MD5s gets no part more than twice, and the next file with its checksums at once', async () => {
  prepare({ profile: 'ceph', sent: 0, encryption: { algorithm: 'aws:kms' } });
  const transfer = new Transfer({ endpoint: '/api/uploads' });
  const send = async (name: string) => {
    const bytes = bytesOf(2 * PART + 1_000);
    path = join(folder, name);
    await writeFile(path, bytes);
    signatures = [];
    const source = { id: name, name, type: 'video/mp4', blob: await openAsBlob(path) };
    const { key } = await transfer.add(source).finished;
    expect(Buffer.compare(await fetchObject(key), bytes)).toBe(0);
    return signatures.length;
  };
  expect(await send('first.mp4')).toBe(2);
  expect(await send('second.mp4')).toBe(1);
  transfer.destroy();
});

async function fetchObject(key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}
