import { expect, it } from 'vitest';
import { PUBLISHED, PUBLISHED_VECTORS } from '../testing/publishedVectors.ts';
import { canonicalRequest, deriveSigningKey, sha256Hex, sign, stringToSign } from './signature.ts';

const { region, service, secretAccessKey, host, time } = PUBLISHED;
const scope = { date: time.slice(0, 8), region, service };

it.each(PUBLISHED_VECTORS)(
  'what the bucket expects is what AWS publishes: $name',
  ({ method, path, query, body, signature, ...request }) => {
    const headers = new Map(Object.entries({ ...request.headers, host, 'x-amz-date': time }));
    const signedHeaders = [...headers.keys()].sort();
    const payloadHash = sha256Hex(body);
    const canonical = canonicalRequest({ method, path, query, headers, signedHeaders, payloadHash });
    const key = deriveSigningKey(secretAccessKey, scope);
    expect(sign(key, stringToSign(time, scope, canonical))).toBe(signature);
  },
);
