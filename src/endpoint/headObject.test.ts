import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { explainStoreError } from './explainStoreError.ts';
import { headObject } from './headObject.ts';
import { mapLimited } from './mapLimited.ts';
import { Store } from './Store.ts';
import { STORE_PROFILES } from './storeProfiles.ts';
import { type ScriptedAnswer, ScriptedStore } from './testing/ScriptedStore.ts';
import type { StoreCredentials } from './UploadEndpointOptions.ts';

// Where attempts are spent, the pauses between them are the SDK's own.
vi.setConfig({ testTimeout: 30_000 });

const KEY = "a b/+ä'(1)*!~&.png";
const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret', sessionToken: 'the-token' };

const running: { stop(): void }[] = [];
afterAll(() => {
  for (const one of running) one.stop();
});

async function start(
  answers: readonly ScriptedAnswer[],
  given: StoreCredentials | (() => Promise<StoreCredentials>) = credentials,
) {
  const scripted = new ScriptedStore(answers);
  const endpoint = await scripted.start();
  const place = { bucket: 'photos', region: 'eu-central-1', endpoint, forcePathStyle: true };
  const store = new Store({ ...place, profile: STORE_PROFILES.local, credentials: given });
  running.push({
    stop() {
      scripted.stop();
      store.client.destroy();
    },
  });
  return { scripted, store };
}
type Started = Awaited<ReturnType<typeof start>>;

const quick = ({ store }: Started) => headObject(store, KEY, { withChecksum: true });
const bySdk = ({ store }: Started) =>
  store.client.send(new HeadObjectCommand({ Bucket: 'photos', Key: KEY, ChecksumMode: 'ENABLED' }));

/** How it ended, and what it took. */
async function outcomeOf(started: Started, ask: (started: Started) => Promise<unknown>) {
  const failure = await ask(started).then(
    () => null,
    (error: unknown) => error,
  );
  const explained = failure === null ? null : explainStoreError(failure);
  const { name, $metadata } = (failure ?? {}) as Error & { $metadata?: { attempts?: number } };
  return {
    name,
    code: explained?.code,
    message: explained?.message,
    hint: explained?.hint,
    attempts: $metadata?.attempts,
    asked: started.scripted.asked.length,
  };
}

describe.concurrent('what the SDK makes of answers that are not plain is made of them here:', () => {
  const soon: ScriptedAnswer = [503, { 'retry-after': '1' }];
  test.each<[ScriptedAnswer[], asked: number]>([
    [[200], 1],
    [[301], 1],
    [[[307, { 'x-amz-bucket-region': 'eu-west-1' }]], 1],
    [[400], 1],
    [[403], 1],
    [[[403, { date: new Date(Date.now() + 3600_000).toUTCString() }], 200], 2],
    [[405], 1],
    [[412], 1],
    [[429], 3],
    [[500], 3],
    [[501], 1],
    [[502], 3],
    [[503], 3],
    [[504], 3],
    [['reset'], 3],
    [[500, 200], 2],
    [[503, 'reset', 200], 3],
    [['reset', 200], 2],
    [['reset', 500, 403], 3],
    [[soon, 200], 2],
  ])('%j', async (answers, asked) => {
    const [ours, theirs] = [await start(answers), await start(answers)];
    const [outcome, expected] = await Promise.all([outcomeOf(ours, quick), outcomeOf(theirs, bySdk)]);
    expect(outcome).toEqual(expected);
    expect(outcome.asked).toBe(asked);
  });
});

test.each<[ScriptedAnswer[]]>([[[404]], [[503, 404]]])(
  'no object is null, also where the first answer was none: %j',
  async (answers) => {
    expect(await quick(await start(answers))).toBeNull();
  },
);

test.each<[ScriptedAnswer[]]>([[[[200, { etag: '"1"' }]]], [['reset', [200, { etag: '"1"' }]]]])(
  'the headers come, whoever asked: %j',
  async (answers) => {
    expect(await quick(await start(answers))).toMatchObject({ etag: '"1"' });
  },
);

test('a store that is asked to wait is not asked before', async () => {
  const started = await start([[503, { 'retry-after': '1' }], 200]);
  const beganMs = performance.now();
  await quick(started);
  expect(performance.now() - beganMs).toBeGreaterThan(950);
});

test('a store that says nothing is given up', async () => {
  const started = await start(['silence']);
  const { requestHandler } = started.store.client.config;
  (requestHandler as { updateHttpClientConfig(key: string, value: unknown): void }).updateHttpClientConfig(
    'requestTimeout',
    150,
  );
  expect(await outcomeOf(started, quick)).toMatchObject({ code: 'store-unavailable' });
});

describe('the request', () => {
  const signedBy = (authorization = '') =>
    Object.fromEntries(authorization.split(/[ ,]+/).map((pair) => pair.split('=') as [string, string]));

  test('is the SDK’s, without what only its own statistics need', async () => {
    const [ours, theirs] = [await start([200]), await start([200])];
    await Promise.all([quick(ours), bySdk(theirs)]);
    const [[one], [other]] = [ours.scripted.asked, theirs.scripted.asked];
    const { authorization, 'x-amz-date': at, 'user-agent': _agent, host, ...headers } = one?.headers ?? {};
    expect([one?.method, one?.path]).toEqual([other?.method, other?.path]);
    expect(other?.headers).toMatchObject(headers);
    expect(host).toBe(new URL(ours.store.ownUrl).host);
    expect(headers).toMatchObject({
      'x-amz-checksum-mode': 'ENABLED',
      'x-amz-security-token': credentials.sessionToken,
    });
    const signature = signedBy(authorization);
    expect(signature.SignedHeaders?.split(';')).toEqual([
      'host',
      'x-amz-checksum-mode',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-security-token',
    ]);
    expect(signature.Credential).toBe(signedBy(other?.headers.authorization as string).Credential);
    expect(String(at)).toMatch(/^\d{8}T\d{6}Z$/);
  });

  test('asks for no checksum where nobody wants one', async () => {
    const started = await start([500, 200]);
    await headObject(started.store, KEY, { withChecksum: false });
    expect(started.scripted.asked.map(({ headers }) => headers['x-amz-checksum-mode'])).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('is signed with the credentials of the moment', async () => {
    let turn = 0;
    const started = await start([200], async () => ({
      accessKeyId: `AKID${++turn}`,
      secretAccessKey: 'secret',
      sessionToken: `token-${turn}`,
      // So near that they are asked for again each time.
      expiration: new Date(Date.now() + 1_000),
    }));
    await quick(started);
    await quick(started);
    const [first, second] = started.scripted.asked.map(({ headers }) => [
      signedBy(headers.authorization).Credential?.split('/')[0],
      headers['x-amz-security-token'],
    ]);
    expect(second?.[0]).not.toBe(first?.[0]);
    expect([first, second].map((one) => one?.[1])).toEqual(
      [first, second].map((one) => String(one?.[0]).replace('AKID', 'token-')),
    );
  });

  test('without credentials is none, and no matter for another attempt', async () => {
    let asked = 0;
    const started = await start([200], async () => {
      asked++;
      throw new Error('vault is sealed');
    });
    await expect(quick(started)).rejects.toMatchObject({ code: 'store-unavailable' });
    expect([asked, started.scripted.asked.length]).toEqual([1, 0]);
  });

  test('takes a connection that is there', async () => {
    const object: ScriptedAnswer = [200, { 'content-length': '5' }];
    const started = await start([object]);
    await mapLimited(Array.from({ length: 60 }), 4, () => quick(started));
    expect(started.scripted.asked).toHaveLength(60);
    expect(started.scripted.connections).toBeLessThanOrEqual(4);
  });
});

test.each([200, 404])('nothing but a %i goes without the SDK’s middleware', async (status) => {
  for (const answer of [status, 403]) {
    const started = await start([answer]);
    const send = vi.spyOn(started.store.client, 'send');
    await quick(started).catch(() => undefined);
    expect(send).toHaveBeenCalledTimes(answer === status ? 0 : 1);
  }
});

test('the time that an answer tells is the next request’s, here and in the SDK', async () => {
  const aheadMs = 3 * 3600_000;
  const date = new Date(Date.now() + aheadMs).toUTCString();
  const started = await start([[200, { date }]]);
  await quick(started);
  await quick(started);
  await bySdk(started);
  const told = started.scripted.asked.map(({ headers }) => {
    const at = String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
    return Math.round(Math.abs(Date.parse(at) - Date.now()) / 3600_000);
  });
  expect(told).toEqual([0, 3, 3]);
});
