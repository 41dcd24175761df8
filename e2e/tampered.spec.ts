// biome-ignore-all lint/suspicious/noExplicitAny: what was signed is changed in every way
import { createHash } from 'node:crypto';
import { STORE_PROFILES } from '../src/endpoint/storeProfiles.ts';
import { EndpointUnderTest } from '../src/endpoint/testing/EndpointUnderTest.ts';
import { test as base, expect } from './fixtures.ts';

const BYTES = Buffer.from('five!');
const MD5 = createHash('md5').update(BYTES).digest('base64');
const OTHER_MD5 = createHash('md5').update('other').digest('base64');
const FILE = { id: 'one', name: 'photo.png', type: 'image/png', sizeBytes: BYTES.length };

/** A request as the endpoint signed it, ready to be changed and sent. */
interface SignedRequest {
  verb: string;
  url: string;
  headers: Record<string, string>;
  /** Of a form. */
  fields: Record<string, string>;
  body: Buffer;
}
interface Signing {
  /** Has the endpoint sign five bytes; `agoSeconds`: as if it had been so long ago. */
  sign(how?: { withChecksum?: boolean; agoSeconds?: number }): Promise<SignedRequest>;
  /** What the bucket holds. */
  stored(): Promise<number>;
}

type Way = 'PUT' | 'part' | 'form';
const PART_OF = { partSizeBytes: 5 * 1024 * 1024 };

const test = base.extend<{ way: Way; signing: Signing }>({
  way: ['PUT', { option: true }],
  signing: async ({ way, s3, bucket, storeKind }, use) => {
    const known = STORE_PROFILES[storeKind];
    const profile = {
      ...known,
      singleRequest: way === 'form' ? ('post' as const) : ('put' as const),
      checksums: { ...known.checksums, parts: 'md5' as const },
    };
    const endpoint = (agoSeconds: number) => endpointFor(s3, bucket.bucket, profile, agoSeconds);
    if (way !== 'part') {
      await use({
        sign: async ({ withChecksum = false, agoSeconds = 0 } = {}) => {
          const file = { ...FILE, ...(withChecksum && { checksum: MD5 }) };
          const { url, headers = {}, fields = {} } = await endpoint(agoSeconds).announce(file);
          return { verb: way === 'form' ? 'POST' : 'PUT', url, headers, fields, body: BYTES };
        },
        stored: async () => (await bucket.files()).length,
      });
      return;
    }
    const { ticket } = await endpoint(0).announce({ ...FILE, ...PART_OF });
    await use({
      sign: async ({ withChecksum = false, agoSeconds = 0 } = {}) => {
        const part = { partNumber: 1, ...(withChecksum && { checksum: MD5 }) };
        const uploads = [{ ticket, parts: [part] }];
        const { body } = await endpoint(agoSeconds).post('parts', { uploads });
        const [{ url, headers }] = body.uploads[0].signed.parts;
        return { verb: 'PUT', url, headers, fields: {}, body: BYTES };
      },
      stored: async () => (await endpoint(0).post('uploaded-parts', { ticket })).body.parts.length,
    });
  },
});

function endpointFor(s3: any, bucket: string, profile: any, agoSeconds: number): EndpointUnderTest {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const store = { bucket, endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true, profile };
  return new EndpointUnderTest({ store, now: () => Date.now() - agoSeconds * 1000 });
}

function send({ verb, url, headers, fields, body }: SignedRequest): Promise<Response> {
  if (Object.keys(fields).length === 0)
    return fetch(url, { method: verb, headers, ...(verb !== 'GET' && { body: new Uint8Array(body) }) });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(body)]), 'file');
  return fetch(url, { method: verb, body: form });
}

type Change = (signed: SignedRequest) => void;

const swapLast = (text: string) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
const setType: Change = ({ headers }) => {
  headers['content-type'] = 'text/html';
};
const setMd5: Change = ({ headers }) => {
  headers['content-md5'] = OTHER_MD5;
};
const sendOther: Change = (signed) => {
  signed.body = Buffer.from('other');
};
const grow: Change = (signed) => {
  signed.body = Buffer.concat([BYTES, BYTES]);
};
const inUrl =
  (from: string | RegExp, to: string): Change =>
  (signed) => {
    const changed = signed.url.replace(from, to);
    expect(changed, 'the change has to change something').not.toBe(signed.url);
    signed.url = changed;
  };
const inField =
  (name: string, change: (value: string) => string): Change =>
  ({ fields }) => {
    expect(Object.keys(fields)).toContain(name);
    const before = fields[name] ?? '';
    fields[name] = change(before);
    expect(fields[name], 'the change has to change something').not.toBe(before);
  };
const byVerb =
  (verb: string): Change =>
  (signed) => {
    signed.verb = verb;
  };
const lengthen = (policy: string) =>
  Buffer.from(Buffer.from(policy, 'base64').toString().replace('range",5,5', 'range",5,9')).toString(
    'base64',
  );

const TAMPERING: Record<Way, Record<string, Change>> = {
  PUT: {
    'a changed signature': (signed) => {
      signed.url = swapLast(signed.url);
    },
    'a longer life': inUrl('X-Amz-Expires=900', 'X-Amz-Expires=90000'),
    'another method': byVerb('DELETE'),
    'another key': inUrl('photo.png', 'phot0.png'),
    'a longer body': grow,
    'another type': setType,
    'another checksum': setMd5,
    'other bytes than the checksum says': sendOther,
  },
  part: {
    'a changed signature': (signed) => {
      signed.url = swapLast(signed.url);
    },
    'a longer life': inUrl('X-Amz-Expires=900', 'X-Amz-Expires=90000'),
    'another method': byVerb('DELETE'),
    'another key': inUrl('photo.png', 'phot0.png'),
    'another part': inUrl('partNumber=1', 'partNumber=2'),
    'another upload': inUrl(/uploadId=[^&]+/, 'uploadId=2~another'),
    'a longer body': grow,
    'another checksum': setMd5,
    'other bytes than the checksum says': sendOther,
  },
  form: {
    'a changed signature': inField('x-amz-signature', swapLast),
    'a changed policy': inField('policy', lengthen),
    'another method': byVerb('PUT'),
    'another key': inField('key', (key) => key.replace('photo', 'phot0')),
    'a longer body': grow,
    'another type': inField('Content-Type', () => 'text/html'),
    'another checksum': inField('Content-MD5', () => OTHER_MD5),
  },
};

for (const way of ['PUT', 'part', 'form'] as const)
  test.describe(`a signed ${way}`, () => {
    test.use({ way });

    for (const [what, change] of Object.entries(TAMPERING[way]))
      test(`is refused by the bucket with ${what}`, async ({ signing }) => {
        // else the checksum would catch what other safeguards are there for
        const signed = await signing.sign({ withChecksum: what.includes('checksum') });
        const changed = structuredClone({ ...signed, body: undefined }) as unknown as SignedRequest;
        changed.body = signed.body;
        change(changed);
        await expectRefusal(await send(changed));
        expect(await signing.stored()).toBe(0);
        // and as it was signed, it is taken
        expect((await send(signed)).status).toBeLessThan(300);
        expect(await signing.stored()).toBe(1);
      });

    test('is refused by the bucket after its time', async ({ signing }) => {
      await expectRefusal(await send(await signing.sign({ agoSeconds: 901 })));
      expect(await signing.stored()).toBe(0);
      expect((await send(await signing.sign({ agoSeconds: 840 }))).status).toBeLessThan(300);
      expect(await signing.stored()).toBe(1);
    });
  });

async function expectRefusal(response: Response): Promise<void> {
  const said = await response.text();
  expect(response.status, said).toBeGreaterThanOrEqual(400);
  expect(response.status, said).toBeLessThan(500);
}
