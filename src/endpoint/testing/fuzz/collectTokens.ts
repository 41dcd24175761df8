// biome-ignore-all lint/suspicious/noExplicitAny: what is hostile has no type
import fc from 'fast-check';
import type { UploadEndpoint } from '../../createUploadEndpoint.ts';
import { checkAnswer, sizes } from './checkAnswer.ts';
import { makeFuzzEndpoint, toRequest } from './fuzzSite.ts';
import type { HostileRequest } from './hostileRequest.ts';
import type { Tokens } from './messagesOfCalls.ts';

const MIB = 1024 * 1024;
const PHOTO = { id: '1', kind: 'photo', name: 'a.png', type: 'image/png', sizeBytes: 5 };
const VIDEO = {
  id: '2',
  kind: 'video',
  name: 'a.mp4',
  type: 'video/mp4',
  sizeBytes: 11 * MIB,
  partSizeBytes: 5 * MIB,
};
const OTHER_BUCKET = {
  bucket: 'other',
  region: 'r',
  endpoint: 'https://store.example',
  accessKeyId: 'A',
  secretAccessKey: 'S',
  profile: 'local',
};

type Issued = Record<keyof Tokens, string>;

/** Tokens that Ann has no use for: other people's, of another secret, of another bucket, run out. */
export async function collectForeign(): Promise<string[]> {
  const endpoints = [
    { secret: 'another secret - of a site that is none of ours' },
    { store: OTHER_BUCKET },
    { now: () => Date.now() - 30 * 24 * 3600 * 1000 },
  ].map((change) => makeFuzzEndpoint(change));
  const issued = await Promise.all([
    issue(makeFuzzEndpoint(), 'bob'),
    ...endpoints.map((endpoint) => issue(endpoint, 'ann', false)),
  ]);
  return issued.flatMap(({ tokens }) => Object.values(tokens));
}

/** What this endpoint issues to Ann. */
export const collectGood = (endpoint: UploadEndpoint) => issue(endpoint, 'ann');

async function issue(endpoint: UploadEndpoint, user: string, isOurs = true) {
  const ask = async (path: string, body: unknown): Promise<any> => {
    const asked: HostileRequest = {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', 'x-user': user },
      body: JSON.stringify(body),
      sent: 'whole',
    };
    const response = await endpoint.handle(toRequest(asked) as Request);
    return isOurs ? checkAnswer(asked, response, []) : response.json();
  };
  const { uploads } = await ask('uploads', { files: [PHOTO, VIDEO] });
  for (const { key, id } of uploads) sizes.set(key, id === PHOTO.id ? PHOTO.sizeBytes : VIDEO.sizeBytes);
  const [photo, video] = uploads;
  const done = await ask('complete', { uploads: [{ ticket: photo.ticket }] });
  const begun = await ask('s3/multipart', {
    filename: 'b.png',
    type: 'image/png',
    metadata: { kind: 'photo' },
  });
  const tokens: Issued = {
    single: photo.ticket,
    inParts: video.ticket,
    receipt: done.uploads?.[0].object?.receipt ?? photo.ticket,
    begun: begun.uploadId,
  };
  return { tokens, keys: isOurs ? [begun.key, photo.key] : [] };
}

/** A good token as it is, any other, or one that something was done to. */
export function tokensFrom(good: string, found: readonly string[]): fc.Arbitrary<string> {
  const token = fc.constantFrom(good, ...found);
  const base64 = (text: string) => Buffer.from(text).toString('base64url');
  const unsigned = (text: string) => `${base64('{"alg":"none","typ":"bd-ticket"}')}.${text.split('.')[1]}.`;
  const withClaim = (text: string, change: object) => {
    const [head, claims = '', signature] = text.split('.');
    const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}'), ...change };
    return [head, base64(JSON.stringify(changed)), signature].join('.');
  };
  return fc.oneof(
    { weight: 40, arbitrary: fc.constant(good) },
    { weight: 6, arbitrary: token },
    {
      weight: 1,
      arbitrary: fc
        .tuple(token, fc.nat(600), fc.constantFrom('A', '.', '_', ' '))
        .map(([text, at, char]) => text.slice(0, at) + char + text.slice(at + 1)),
    },
    { weight: 1, arbitrary: fc.tuple(token, fc.nat(300)).map(([text, length]) => text.slice(0, length)) },
    { weight: 1, arbitrary: token.map(unsigned) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          token,
          fc.constantFrom({ k: 'videos/x' }, { s: 1 }, { sub: 'ann' }, { exp: 4e9 }, { u: 'other' }),
        )
        .map(([text, change]) => withClaim(text, change)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(token, token)
        .map(([a, b]) => [...a.split('.').slice(0, 2), b.split('.')[2]].join('.')),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  );
}
