// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { startBucket } from '../bucket/startBucket.ts';
import { BucketDropError } from '../protocol/BucketDropError.ts';
import { ROUTES } from './routes.ts';
import { Tokens } from './Tokens.ts';
import {
  EndpointUnderTest,
  FILE,
  holdsSignature,
  NO_STORE,
  TEST_SECRET,
} from './testing/EndpointUnderTest.ts';
import { complete, provideStore } from './testing/provideStore.ts';
import { type Bytes, sendParts } from './testing/sendFile.ts';
import type { UploadEndpointOptions } from './UploadEndpointOptions.ts';

/** What speaks for one upload or one object in a question. */
type Token = 'ticket' | 'receipt' | 'upload';
interface Row {
  takes: Token | 'nothing';
  method?: 'GET' | 'POST' | 'DELETE';
  /** Where it is not the row's own name. */
  at?: (token: string) => string;
  ask?: (token: string) => Record<string, unknown>;
}

/** Every call that there is: one that is added to the endpoint and not to this table fails the first test. */
const CALLS: Record<string, Row> = {
  config: { takes: 'nothing', method: 'GET' },
  uploads: { takes: 'nothing', ask: () => ({ files: [FILE] }) },
  parts: { takes: 'ticket', ask: (ticket) => ({ uploads: [{ ticket, parts: [{ partNumber: 1 }] }] }) },
  'uploaded-parts': { takes: 'ticket', ask: (ticket) => ({ ticket }) },
  complete: {
    takes: 'ticket',
    ask: (ticket) => ({ uploads: [{ ticket, parts: [{ partNumber: 1, etag: 'e' }] }] }),
  },
  abort: { takes: 'ticket', ask: (ticket) => ({ uploads: [{ ticket }] }) },
  sign: { takes: 'ticket', ask: (ticket) => ({ ticket, operation: 'complete' }) },
  links: { takes: 'receipt', ask: (receipt) => ({ links: [{ receipt, action: 'download' }] }) },
};

const begun = (token: string, rest = '') => `s3/multipart/${token}${rest}?key=mine%2Fa.txt`;
const signRequest = (request: Record<string, unknown>) => (key: string) => ({
  key,
  uploadId: 'upload-1',
  ...request,
});
/** The calls of the dialects, which are on for these. */
const DIALECT_CALLS: Record<string, Row> = {
  's3/params': { takes: 'nothing', method: 'GET', at: () => 's3/params?filename=a.txt&type=text/plain' },
  's3/multipart': { takes: 'nothing', ask: () => ({ filename: 'a.txt', type: 'text/plain' }) },
  's3/multipart/{id}': { takes: 'upload', method: 'GET', at: (token) => begun(token) },
  's3/multipart/{id}/{part}': { takes: 'upload', method: 'GET', at: (token) => begun(token, '/1') },
  's3/multipart/{id}/batch': {
    takes: 'upload',
    method: 'GET',
    at: (token) => `${begun(token, '/batch')}&partNumbers=1`,
  },
  's3/multipart/{id}/complete': {
    takes: 'upload',
    at: (token) => begun(token, '/complete'),
    ask: () => ({ parts: [{ PartNumber: 1, ETag: 'e' }] }),
  },
  'DELETE s3/multipart/{id}': { takes: 'upload', method: 'DELETE', at: (token) => begun(token) },
  'sign, a file': {
    takes: 'nothing',
    at: () => 'sign',
    ask: () => ({ method: 'POST', key: 'a.txt', contentType: 'text/plain' }),
  },
  'sign, a part': { takes: 'upload', at: () => 'sign', ask: signRequest({ method: 'PUT', partNumber: 1 }) },
  'sign, the list': { takes: 'upload', at: () => 'sign', ask: signRequest({ method: 'GET' }) },
  'sign, the completion': { takes: 'upload', at: () => 'sign', ask: signRequest({ method: 'POST' }) },
  'sign, the end': { takes: 'upload', at: () => 'sign', ask: signRequest({ method: 'DELETE' }) },
};

const DAY_MS = 24 * 3600_000;
const TICKET = {
  id: 'an-id',
  kind: null,
  key: 'mine/a.txt',
  sizeBytes: 5,
  type: 'text/plain',
  noOverwrite: false,
  userId: 'ann',
  method: 'multipart',
  uploadId: 'upload-1',
  partSizeBytes: 5_242_880,
  checksum: null,
  tags: null,
} as const;
const RECEIPT = { key: 'mine/a.txt', sizeBytes: 5, etag: 'e', type: 'text/plain', kind: null, userId: 'ann' };
const { sizeBytes: _size, method: _method, partSizeBytes: _part, checksum: _sum, ...UPLOAD } = TICKET;

const bytes = (text: string): Bytes => new TextEncoder().encode(text);
const seal = (takes: Token, { secret = TEST_SECRET, bucket = 'bucket', at = Date.now() } = {}) => {
  const tokens = new Tokens([bytes(secret)], bucket, () => at);
  if (takes === 'ticket') return tokens.sealTicket(TICKET, 3600);
  return takes === 'receipt' ? tokens.sealReceipt(RECEIPT) : tokens.sealUpload(UPLOAD, 3600);
};
/** The same token with other claims, under the signature that it had. */
const withClaims = async (token: Promise<string>, claims: Record<string, unknown>) => {
  const [head = '', payload = '', signature = ''] = (await token).split('.');
  const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...claims };
  expect(changed).not.toEqual(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  return [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
};

const authorize = (request: Request) => {
  const id = request.headers.get('x-user');
  if (id === 'banned') throw new BucketDropError('forbidden', 'you were banned');
  return id === null ? null : { id };
};
const options: Partial<UploadEndpointOptions<any>> = {
  authorize,
  cors: { origins: ['https://app.example'] },
};

interface Attempt {
  token?: Promise<string>;
  headers?: Record<string, string>;
  refusal: [status: number, code: string];
}
const ann = { 'x-user': 'ann' };
const INVALID: Attempt['refusal'] = [403, 'ticket-invalid'];
/** Whatever is asked. */
const ALWAYS: Record<string, () => Attempt> = {
  'no user': () => ({ headers: {}, refusal: [401, 'unauthorized'] }),
  'a user who may not': () => ({ headers: { 'x-user': 'banned' }, refusal: [403, 'forbidden'] }),
  'wrong origin': () => ({
    headers: { ...ann, origin: 'https://evil.example' },
    refusal: [403, 'forbidden'],
  }),
  'the origin null': () => ({ headers: { ...ann, origin: 'null' }, refusal: [403, 'forbidden'] }),
  'another port of this host': () => ({
    headers: { ...ann, origin: 'https://site.example:8443', 'sec-fetch-site': 'same-site' },
    refusal: [403, 'forbidden'],
  }),
};
/** Where something speaks for an upload or an object. */
const WITH_TOKEN: Record<string, (takes: Token) => Attempt> = {
  'wrong user': () => ({ headers: { 'x-user': 'eve' }, refusal: INVALID }),
  'no token but words': () => ({ token: Promise.resolve('let me in'), refusal: INVALID }),
  'a forged signature': (takes) => ({
    token: seal(takes).then((token) => token.replace(/[^.]{6}$/, 'AAAAAA')),
    refusal: INVALID,
  }),
  'the algorithm none': (takes) => ({
    token: seal(takes).then((token) => {
      const head = Buffer.from(JSON.stringify({ alg: 'none', typ: `bd-${takes}` })).toString('base64url');
      return `${head}.${token.split('.')[1]}.`;
    }),
    refusal: INVALID,
  }),
  'the secret itself as the key': (takes) => ({
    token: new SignJWT({ v: 1, b: 'bucket', k: 'mine/a.txt' })
      .setProtectedHeader({ alg: 'HS256', typ: `bd-${takes}` })
      .setIssuedAt()
      .setExpirationTime('1h')
      .setSubject('ann')
      .sign(bytes(TEST_SECRET)),
    refusal: INVALID,
  }),
  'an expired one': (takes) => ({
    token: seal(takes, { at: Date.now() - 30 * DAY_MS }),
    refusal: [403, 'ticket-expired'],
  }),
  'another key in it': (takes) => ({
    token: withClaims(seal(takes), { k: 'theirs/b.txt' }),
    refusal: INVALID,
  }),
  'another upload id in it': (takes) => ({
    token: withClaims(seal(takes), { u: 'upload-2' }),
    refusal: INVALID,
  }),
  'another size in it': (takes) => ({ token: withClaims(seal(takes), { s: 6 }), refusal: INVALID }),
  'another kind in it': (takes) => ({ token: withClaims(seal(takes), { n: 'video' }), refusal: INVALID }),
  'another user in it': (takes) => ({
    token: withClaims(seal(takes), { sub: 'eve' }),
    headers: { 'x-user': 'eve' },
    refusal: INVALID,
  }),
  'a later end in it': (takes) => ({
    token: withClaims(seal(takes), { exp: 9_999_999_999 }),
    refusal: INVALID,
  }),
  'another secret': (takes) => ({
    token: seal(takes, { secret: 'another secret, and long enough too' }),
    refusal: INVALID,
  }),
  'another bucket': (takes) => ({ token: seal(takes, { bucket: 'other' }), refusal: INVALID }),
  'one of the other sort': (takes) => ({
    token: seal(takes === 'ticket' ? 'receipt' : 'ticket'),
    refusal: INVALID,
  }),
};

/** The store cannot be reached: whatever gets that far has passed all checks. */
async function attempt(name: string, row: Row, { token, headers = ann }: Attempt) {
  const dialects = Object.hasOwn(DIALECT_CALLS, name) ? (['companion', 'sign-request'] as const) : [];
  const site = new EndpointUnderTest({ ...options, dialects, store: NO_STORE });
  const { takes, method = 'POST', at = () => name, ask } = row;
  const given = takes === 'nothing' ? '' : await (token ?? seal(takes));
  const path = at(encodeURIComponent(given));
  const answer =
    method === 'POST'
      ? await site.post(path, ask?.(given), headers)
      : await site.send(path, { method, headers });
  return { site, answer };
}

test('the table knows every call', () => {
  expect(Object.keys(CALLS).sort()).toEqual(Object.keys(ROUTES).sort());
});

describe.each([...Object.entries(CALLS), ...Object.entries(DIALECT_CALLS)])('%s', (name, row) => {
  const { takes } = row;
  const attempts: [title: string, make: () => Attempt][] = [
    ...Object.entries(ALWAYS),
    ...(takes === 'nothing'
      ? []
      : Object.entries(WITH_TOKEN).map(
          ([title, make]) => [title, () => make(takes)] as [string, () => Attempt],
        )),
  ];
  test.each(attempts)('refuses %s', async (_title, make) => {
    const wanted = make();
    const { site, answer } = await attempt(name, row, wanted);
    expect([answer.status, answer.body.error?.code]).toEqual(wanted.refusal);
    expect(holdsSignature(site.said.join())).toBe(false);
  });

  test('refuses none of this to whom it is meant for', async () => {
    const own = [ann, { ...ann, origin: 'https://app.example' }, { ...ann, origin: 'https://site.example' }];
    for (const headers of own) {
      const { answer } = await attempt(name, row, { headers, refusal: [0, ''] });
      expect([200, 503]).toContain(answer.status);
    }
  });

  test('lets no page of another origin ask beforehand', async () => {
    const site = new EndpointUnderTest({ ...options, dialects: ['companion', 'sign-request'] });
    const path = (row.at ?? (() => name))('token');
    const preflight = (origin: string) =>
      site.send(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    expect((await preflight('https://evil.example')).status).toBe(403);
    expect((await preflight('https://app.example')).status).toBe(204);
  });
});

describe('a ticket of one upload', () => {
  const PART = 5 * 1024 * 1024;
  const server = provideStore(startBucket);

  test('makes nothing of another’s parts, nor of another’s object', async () => {
    const site = new EndpointUnderTest({ store: server.options() });
    const inParts = { sizeBytes: 5, partSizeBytes: PART, firstParts: 1 };
    const [mine, other] = await Promise.all([site.announce(inParts), site.announce(inParts)]);
    const parts = await sendParts(other, bytes('hello'), PART);
    expect((await complete(site, mine, { parts })).error.code).toBe('part-refused');
    expect((await complete(site, other, { parts })).ok).toBe(true);
    expect((await complete(site, mine)).error.code).toBe('object-missing');
  });
});

describe('pages of the endpoint’s own origin', () => {
  test.each([
    ['by the host that was asked', { origin: 'https://site.example' }],
    ['behind a proxy that ends TLS', { origin: 'http://site.example' }],
    [
      'behind one that changes the host and says so',
      { origin: 'https://www.example', 'x-forwarded-host': 'www.example, x' },
    ],
    ['behind one that says nothing', { origin: 'https://www.example', 'sec-fetch-site': 'same-origin' }],
  ])('are known %s', async (_title, headers) => {
    const site = new EndpointUnderTest({ authorize });
    expect((await site.send('config', { headers: { ...ann, ...headers } })).status).toBe(200);
  });
});
