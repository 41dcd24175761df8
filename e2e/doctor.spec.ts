import type { CORSRule } from '@aws-sdk/client-s3';
import { recommendedCorsRule } from '../src/doctor/corsRules.ts';
import { examineBucket } from '../src/doctor/examineBucket.ts';
import { examineEndpoint } from '../src/doctor/examineEndpoint.ts';
import { leastPolicy, type NeededAction } from '../src/doctor/leastPolicy.ts';
import type { Cause, Report } from '../src/doctor/Report.ts';
import { STORE_PROFILES } from '../src/endpoint/storeProfiles.ts';
import type { StoreOptions } from '../src/endpoint/UploadEndpointOptions.ts';
import type { S3Server } from './ceph/startCeph.ts';
import { test as base, expect, type StoreKind } from './fixtures.ts';
import type { BucketReader } from './support/BucketReader.ts';
import { startEndpoint } from './support/startEndpoint.ts';

const ORIGIN = 'https://app.example';
const HOUR_MS = 3_600_000;
/** Nobody listens there, and browsers may ask it. */
const NOBODY = 'http://127.0.0.1:59999';
const RULE: CORSRule = { ...recommendedCorsRule([ORIGIN]), ID: 'the-site-s-own' };

interface Fixtures {
  /** The bucket of this test, with the rules that a page needs. */
  healthy: Extract<StoreOptions, { accessKeyId: string }>;
}
const test = base.extend<Fixtures>({
  healthy: async ({ s3, bucket, storeKind }, use) => {
    await bucket.setCors([RULE]);
    const { endpoint, region, accessKeyId, secretAccessKey } = s3;
    const place = { bucket: bucket.bucket, endpoint, region, forcePathStyle: true, profile: storeKind };
    await use({ ...place, accessKeyId, secretAccessKey });
  },
});

const textOf = (report: Report) => JSON.stringify(report, null, 1);
const failures = ({ checks }: Report) =>
  checks.filter(({ status }) => status === 'failed').map(({ message }) => message);

/** What uploads come with. */
const HEADERS = ['content-type', 'content-disposition', 'content-md5', 'x-amz-checksum-crc32'];

/** What is wrong with the CORS rules; the doctor reads them, and finds the same by preflights alone. */
const CORS_FAULTS: readonly {
  fault: string;
  rules?: CORSRule[];
  cause: Cause;
  says: RegExp;
  /** What the endpoint's side can tell without the right to read the rules. */
  fromOutside?: Partial<Record<StoreKind, Cause>>;
}[] = [
  {
    fault: 'no CORS rules',
    rules: [],
    cause: 'no-cors',
    says: /no CORS rules/,
    // Ceph answers every preflight that it refuses in the same way
    fromOutside: { ceph: 'origin-not-allowed' },
  },
  {
    fault: 'rules for another origin',
    rules: [recommendedCorsRule(['https://other.example'])],
    cause: 'origin-not-allowed',
    says: /https:\/\/app\.example/,
  },
  {
    fault: 'a hidden ETag',
    rules: [{ ...RULE, ExposeHeaders: ['x-amz-request-id'] }],
    cause: 'etag-hidden',
    says: /ExposeHeaders/,
  },
  ...HEADERS.map((name) => ({
    fault: `the header ${name} not allowed`,
    rules: [{ ...RULE, AllowedHeaders: HEADERS.filter((other) => other !== name) }],
    cause: 'header-not-allowed' as const,
    says: new RegExp(`send ${name} with PUT`),
  })),
  {
    fault: 'the method PUT missing',
    rules: [{ ...RULE, AllowedMethods: ['GET', 'POST'] }],
    cause: 'method-not-allowed',
    says: /not PUT/,
  },
  {
    fault: 'the method POST missing',
    rules: [{ ...RULE, AllowedMethods: ['GET', 'PUT'] }],
    cause: 'method-not-allowed',
    says: /not POST/,
  },
];

/** Sends every header that a store can be made to verify. */
const withEveryHeader = (kind: StoreKind) => {
  const profile = STORE_PROFILES[kind];
  return { ...profile, checksums: { ...profile.checksums, parts: 'crc32' as const } };
};

test.describe('The doctor, with a bucket and its keys,', () => {
  test('finds nothing wrong with a healthy one, and leaves nothing in it', async ({ healthy, bucket }) => {
    const report = await examineBucket({ store: healthy, origin: ORIGIN });
    expect(failures(report), textOf(report)).toEqual([]);
    expect(report.healthy).toBe(true);
    expect(report.checks.filter(({ status }) => status === 'passed').length).toBeGreaterThan(12);
    expect(await bucket.files()).toEqual([]);
    expect(await bucket.unfinishedUploads()).toBe(0);
  });

  for (const { fault, rules = [], cause, says } of CORS_FAULTS)
    test(`names ${fault}, with the rule that helps`, async ({ healthy, bucket, storeKind }) => {
      if (rules.length > 0) await bucket.setCors(rules);
      else await bucket.clearCors();
      const store = { ...healthy, profile: withEveryHeader(storeKind) };
      const report = await examineBucket({ store, origin: ORIGIN });
      expect(report.causes, textOf(report)).toEqual([cause]);
      expect(failures(report)[0]).toMatch(says);
      const pasted = report.checks.flatMap(({ fixes = [] }) => fixes.flatMap(({ paste = '' }) => paste));
      await bucket.setCors(JSON.parse(pasted[0] ?? '').CORSRules);
      const after = await examineBucket({ store, origin: ORIGIN });
      expect(after.causes, textOf(after)).toEqual([]);
    });

  test('names a wrong region, where the store checks it', async ({ healthy, storeKind }) => {
    const report = await examineBucket({ store: { ...healthy, region: 'eu-north-1' }, origin: ORIGIN });
    if (storeKind === 'local') {
      expect(report.causes, textOf(report)).toEqual(['wrong-region']);
      expect(failures(report)[0]).toContain('us-east-1');
    } else {
      // Ceph takes any, so nothing is broken; it is said all the same
      expect(report.causes).toEqual([]);
      expect(report.checks.find(({ title }) => title === 'Region')).toMatchObject({
        status: 'noted',
        message: expect.stringContaining('eu-north-1'),
      });
    }
  });

  const WRONG: readonly [fault: string, change: Partial<StoreOptions>, cause: Cause][] = [
    ['a wrong secret', { secretAccessKey: 'not-the-secret-of-this-key' }, 'wrong-secret'],
    ['an unknown key', { accessKeyId: 'NOBODYKNOWSTHISONE' }, 'wrong-key'],
    ['a missing bucket', { bucket: 'nobody-has-made-this-one' }, 'bucket-missing'],
    ['a store that is down', { endpoint: NOBODY }, 'store-unreachable'],
    [
      'a store without host names for buckets',
      { endpoint: 'http://store.invalid:8080', forcePathStyle: false },
      'path-style',
    ],
  ];
  for (const [fault, change, cause] of WRONG)
    test(`names ${fault}`, async ({ healthy }) => {
      const report = await examineBucket({
        store: { ...healthy, ...change } as StoreOptions,
        origin: ORIGIN,
      });
      expect(report.causes, textOf(report)).toEqual([cause]);
      expect(textOf(report)).not.toContain('not-the-secret');
    });

  for (const [way, offMs] of [
    ['ahead', HOUR_MS],
    ['behind', -HOUR_MS],
  ] as const)
    test(`names a clock that is an hour ${way}`, async ({ healthy }) => {
      const report = await examineBucket({ store: healthy, origin: ORIGIN, now: () => Date.now() + offMs });
      expect(report.causes, textOf(report)).toEqual(['clock']);
      expect(failures(report)[0]).toMatch(new RegExp(`60 minutes ${way}`));
    });

  const DENIED: readonly [action: NeededAction, operations: readonly string[]][] = [
    ['s3:PutObject', ['PutObject', 'PostObject', 'CreateMultipartUpload']],
    ['s3:AbortMultipartUpload', ['AbortMultipartUpload']],
    ['s3:ListMultipartUploadParts', ['ListParts']],
    ['s3:GetObject', ['GetObject']],
  ];
  for (const [action, operations] of DENIED)
    test(`names the missing permission ${action}`, async ({ healthy, bucket, s3 }) => {
      const store = await asGuest(healthy, bucket, s3, action);
      const rules = operations.map((operation) => ({ fault: 'denied', operation, key: 'guest/' }) as const);
      const ids = rules.map((rule) => s3.faults?.add(rule as Parameters<typeof s3.faults.add>[0]));
      const report = await examineBucket({ store, origin: ORIGIN, prefix: 'guest/' });
      for (const id of ids) if (id !== undefined) s3.faults?.remove(id);
      expect(report.causes, textOf(report)).toEqual(['denied']);
      expect(new Set(failures(report).map((text) => /s3:\w+/.exec(text)?.[0]))).toEqual(new Set([action]));
      expect(textOf(report)).toContain('arn:aws:s3:::');
    });
});

/** A user with the least policy that the docs name, but for one action. Who has no users has all rights. */
async function asGuest(
  store: Fixtures['healthy'],
  bucket: BucketReader,
  { guest }: S3Server,
  without?: NeededAction,
): Promise<Fixtures['healthy']> {
  if (guest === undefined) return store;
  const { Statement } = leastPolicy({ bucket: bucket.bucket, prefix: 'guest/' });
  const [objects] = Statement;
  // Who wrote an object on Ceph may read it, and list its parts, without any policy: so that must be denied.
  const denied = without === undefined ? [] : [{ ...objects, Effect: 'Deny', Action: [without] }];
  await bucket.setPolicy(guest.name, [...Statement, ...denied]);
  const { accessKeyId, secretAccessKey } = guest;
  return { ...store, accessKeyId, secretAccessKey };
}

test('The least policy of the docs is enough for whole uploads @ceph', async ({ healthy, bucket, s3 }) => {
  const store = await asGuest(healthy, bucket, s3);
  const report = await examineBucket({ store, origin: ORIGIN, prefix: 'guest/' });
  expect(report.causes, textOf(report)).toEqual([]);
  // it may not delete, and says so
  expect(report.leftBehind).toHaveLength(1);
  const outside = await examineBucket({ store, origin: ORIGIN, prefix: 'elsewhere/' });
  expect(outside.causes).toEqual(['denied']);

  const endpoint = await startEndpoint({ store, uploads: { prefix: 'guest/' }, cors: { origins: [ORIGIN] } });
  const whole = await examineEndpoint({ endpoint: endpoint.url, origin: ORIGIN });
  await endpoint.stop();
  expect(whole.causes, textOf(whole)).toEqual([]);
  expect(whole.leftBehind).toHaveLength(2);
});

test.describe('The doctor, with an endpoint,', () => {
  test('finds nothing wrong with a healthy one, and deletes what it stored where it may', async ({
    healthy,
    bucket,
  }) => {
    const endpoint = await startEndpoint({
      store: healthy,
      cors: { origins: [ORIGIN] },
      uploads: { allowedTypes: ['image/*'], minFileSizeBytes: 1_000 },
      links: { delete: true },
    });
    const report = await examineEndpoint({ endpoint: endpoint.url, origin: ORIGIN });
    await endpoint.stop();
    expect(report.causes, textOf(report)).toEqual([]);
    expect(report.checks.filter(({ status }) => status === 'passed').length).toBeGreaterThan(9);
    expect(report.leftBehind).toEqual([]);
    expect(await bucket.files()).toEqual([]);
    expect(await bucket.unfinishedUploads()).toBe(0);
  });

  test('tries the kind of upload that it is told, and says that it has to be told one', async ({
    healthy,
  }) => {
    const endpoint = await startEndpoint({
      store: healthy,
      cors: { origins: [ORIGIN] },
      uploads: {
        kinds: { avatar: { allowedTypes: ['image/png'] }, video: { minFileSizeBytes: 10_000_000 } },
      },
    });
    const examined = { endpoint: endpoint.url, origin: ORIGIN };
    const [avatar, unnamed] = [
      await examineEndpoint({ ...examined, kind: 'avatar' }),
      await examineEndpoint(examined),
    ];
    await endpoint.stop();
    expect(avatar.causes, textOf(avatar)).toEqual([]);
    expect(avatar.leftBehind.length).toBeGreaterThan(0);
    expect(unnamed.healthy).toBe(false);
    expect(textOf(unnamed)).toContain('--kind');
  });

  for (const { fault, rules = [], cause, says, fromOutside } of CORS_FAULTS)
    test(`names ${fault} of its bucket, by preflights alone`, async ({ healthy, bucket, storeKind }) => {
      if (rules.length > 0) await bucket.setCors(rules);
      else await bucket.clearCors();
      // forms are asked for, and PUTs
      const causes = new Set<Cause>();
      const said: string[] = [];
      for (const singleRequest of ['post', 'put'] as const) {
        const profile = { ...withEveryHeader(storeKind), singleRequest };
        const store = { ...healthy, profile };
        // Ceph's forms take no such header, so none is asked for where forms shall be
        const uploads = singleRequest === 'post' ? { contentDisposition: null } : {};
        const endpoint = await startEndpoint({ store, uploads, cors: { origins: [ORIGIN] } });
        const report = await examineEndpoint({ endpoint: endpoint.url, origin: ORIGIN });
        await endpoint.stop();
        for (const found of report.causes) causes.add(found);
        said.push(...failures(report));
      }
      expect([...causes]).toEqual([fromOutside?.[storeKind] ?? cause]);
      expect(said.join('\n')).toMatch(says);
    });

  test('names one that is down', async () => {
    const report = await examineEndpoint({ endpoint: `${NOBODY}/api/uploads`, origin: ORIGIN });
    expect(report.causes).toEqual(['endpoint-down']);
  });

  const CORS: readonly [fault: string, cors: object, headers: Record<string, string>, cause: Cause][] = [
    ['without CORS', {}, {}, 'endpoint-without-cors'],
    ['for other origins', { cors: { origins: ['https://b.example'] } }, {}, 'endpoint-origin-not-allowed'],
    [
      'that does not take a header',
      { cors: { origins: [ORIGIN] } },
      { 'x-csrf-token': '1' },
      'endpoint-header-not-allowed',
    ],
  ];
  for (const [fault, cors, headers, cause] of CORS)
    test(`names one ${fault}`, async ({ healthy }) => {
      const endpoint = await startEndpoint({ store: healthy, ...cors });
      const report = await examineEndpoint({ endpoint: endpoint.url, origin: ORIGIN, headers });
      await endpoint.stop();
      expect(report.causes, textOf(report)).toEqual([cause]);
    });

  test('names one that wants to know who asks, and gets in with a header', async ({ healthy }) => {
    const authorize = (request: Request) =>
      request.headers.get('authorization') === 'Bearer me' ? { id: 'me' } : null;
    const endpoint = await startEndpoint({ store: healthy, authorize, cors: { origins: [ORIGIN] } });
    const nobody = await examineEndpoint({ endpoint: endpoint.url, origin: ORIGIN });
    const headers = { authorization: 'Bearer me' };
    const me = await examineEndpoint({ endpoint: endpoint.url, origin: ORIGIN, headers });
    await endpoint.stop();
    expect(nobody.causes).toEqual(['endpoint-unauthorized']);
    expect(me.causes, textOf(me)).toEqual([]);
  });

  const SET_UP: readonly [fault: string, options: object, store: Partial<StoreOptions>, cause: Cause][] = [
    ['a wrong secret', {}, { secretAccessKey: 'not-the-secret-of-this-key' }, 'wrong-secret'],
    ['an unknown key', {}, { accessKeyId: 'NOBODYKNOWSTHISONE' }, 'wrong-key'],
    ['a missing bucket', {}, { bucket: 'nobody-has-made-this-one' }, 'bucket-missing'],
    ['a clock that is an hour behind', { now: () => Date.now() - HOUR_MS }, {}, 'clock'],
    ['a store that is down', {}, { endpoint: NOBODY }, 'store-unreachable'],
  ];
  for (const [fault, options, change, cause] of SET_UP)
    test(`names ${fault} behind it`, async ({ healthy }) => {
      const store = { ...healthy, ...change } as StoreOptions;
      const endpoint = await startEndpoint({ store, cors: { origins: [ORIGIN] }, ...options });
      const report = await examineEndpoint({ endpoint: endpoint.url, origin: ORIGIN });
      await endpoint.stop();
      expect(report.causes, textOf(report)).toEqual([cause]);
    });
});
