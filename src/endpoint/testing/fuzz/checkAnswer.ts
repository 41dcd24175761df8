// biome-ignore-all lint/suspicious/noExplicitAny: what is hostile has no type
import * as v from 'valibot';
import { expect } from 'vitest';
import { ENDPOINT_ERROR_STATUS, isEndpointErrorCode } from '../../../protocol/errorCodes.ts';
import { LinksAnswer } from '../../../protocol/linkMessages.ts';
import {
  AbortAnswer,
  CompleteAnswer,
  ConfigAnswer,
  ErrorAnswer,
  PartsAnswer,
  UploadedPartsAnswer,
  UploadsAnswer,
} from '../../../protocol/messages.ts';
import { SignAnswer } from '../../../protocol/signMessages.ts';
import { findKeyFault } from '../../findKeyFault.ts';
import { STORE_PROFILES } from '../../storeProfiles.ts';
import { findSignatures, type Signature } from './findSignatures.ts';
import { KINDS, LINK_LIFE_SECONDS, SECRETS, URL_LIFE_SECONDS } from './fuzzSite.ts';
import type { HostileRequest } from './hostileRequest.ts';

export const ANSWERS: Record<string, v.GenericSchema> = {
  config: ConfigAnswer,
  uploads: UploadsAnswer,
  parts: PartsAnswer,
  'uploaded-parts': UploadedPartsAnswer,
  complete: CompleteAnswer,
  abort: AbortAnswer,
  links: LinksAnswer,
};

/** Keys that the endpoint gave out, and to whom. */
export const owners = new Map<string, string>();
/** What was announced for them. */
export const sizes = new Map<string, number>();

/** Fails for whatever an answer must never be; gives its body. */
export async function checkAnswer(
  asked: HostileRequest,
  response: Response,
  logged: readonly string[],
): Promise<any> {
  const text = await response.text();
  expect(response.status).toBeLessThan(500);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const said = [JSON.stringify([...response.headers]), ...logged];
  for (const secret of Object.values(SECRETS)) for (const one of said) expect(one).not.toContain(secret);
  for (const one of logged) expect(one).not.toMatch(/X-Amz-Signature|eyJhbGciOi/);
  for (const secret of [SECRETS.secret, SECRETS.secretAccessKey]) expect(text).not.toContain(secret);
  if (response.status === 204) {
    expect([asked.method, text]).toEqual(['OPTIONS', '']);
    return null;
  }
  const body = JSON.parse(text);
  if (response.status !== 200) {
    const { error } = v.parse(ErrorAnswer, body);
    expect(isEndpointErrorCode(error.code) && ENDPOINT_ERROR_STATUS[error.code]).toBe(response.status);
    expect(Object.keys(body)).toEqual(['error']);
    expect(text).not.toContain(SECRETS.sessionToken);
    return body;
  }
  const [path = ''] = asked.path.split(/[?#]/);
  const call = path.slice(path.lastIndexOf('/') + 1);
  const schema = path.includes('s3/') ? undefined : Object.hasOwn(ANSWERS, call) ? ANSWERS[call] : undefined;
  if (schema !== undefined) v.parse(schema, body);
  if (call === 'sign' && Object.hasOwn(body, 'expiresInSeconds')) v.parse(SignAnswer, body);
  const entries = body.uploads ?? body.links;
  for (const entry of Array.isArray(entries) ? entries : []) {
    if (!entry.ok) expect(isEndpointErrorCode(entry.error.code)).toBe(true);
  }
  checkSignatures(asked, call, body);
  return body;
}

function checkSignatures(asked: HostileRequest, call: string, body: any): void {
  const user = asked.headers['x-user'] ?? '';
  const signatures = findSignatures(body, '/bucket/');
  if (signatures.length > 0) expect(['ann', 'bob']).toContain(user);
  for (const signature of signatures) {
    const { key, expiresInSeconds } = signature;
    // A key that nobody has yet becomes that of who is told it first.
    if (!owners.has(key)) {
      expect(['uploads', 'params', 'sign']).toContain(call);
      owners.set(key, user);
    }
    expect(owners.get(key)).toBe(user);
    checkKey(key);
    expect(expiresInSeconds).toBeGreaterThan(0);
    expect(expiresInSeconds).toBeLessThanOrEqual(call === 'links' ? LINK_LIFE_SECONDS : URL_LIFE_SECONDS);
    checkBound(call, signature);
  }
  if (call === 'uploads') for (const entry of body.uploads) if (entry.ok) checkCreated(asked, entry);
  if (call === 'multipart' && body.key !== undefined) owners.set(body.key, user);
}

function kindOf(key: string) {
  return Object.values(KINDS).find(({ prefix }) => key.startsWith(prefix));
}

function checkKey(key: string): void {
  expect(kindOf(key)).toBeDefined();
  expect(findKeyFault(key, STORE_PROFILES.local)).toBeNull();
  // What the policy puts before the name: the prefix, and a random id.
  expect(key).toMatch(/^(photos|videos)\/[0-9a-f]{8}-[0-9a-f-]{27}\/[^/]+$/su);
}

function checkBound(call: string, { key, bound, sizes: range, query, method }: Signature): void {
  const kind = kindOf(key);
  if (method === 'POST form') {
    const [least = -1, most = Infinity] = range ?? [];
    expect(least).toBeGreaterThanOrEqual(0);
    expect(most).toBeLessThanOrEqual(kind?.maxBytes ?? 0);
    if (call !== 'params' && call !== 'sign') expect(least).toBe(most);
    expect([bound.bucket, bound['Content-Type']]).toEqual([
      'bucket',
      expect.stringMatching(kind?.types ?? /^$/),
    ]);
    const allowed =
      /^(bucket|key|Content-Type|Content-MD5|success_action_status|x-amz-(meta-.*|algorithm|credential|date|security-token))$/i;
    for (const name of Object.keys(bound)) expect(name).toMatch(allowed);
    return;
  }
  expect(bound).toHaveProperty('host');
  if (call === 'uploads' || call === 'parts') expect(bound).toHaveProperty('content-length');
  const actions = [
    'uploadId',
    'partNumber',
    'uploads',
    'response-content-type',
    'response-content-disposition',
    'response-cache-control',
  ];
  for (const name of query.keys()) if (!name.startsWith('X-Amz-')) expect(actions).toContain(name);
  expect(
    [...query.keys()].filter((name) => /^x-amz-(acl|meta|copy|grant|storage|tagging)/i.test(name)),
  ).toEqual([]);
}

/** The ticket says what was announced, and what is signed says what the ticket does. */
function checkCreated(asked: HostileRequest, entry: any): void {
  // As decoders do, who leave a byte order mark out.
  const { files } = JSON.parse((asked.body ?? '').replace(/^\ufeff/, ''));
  const file = files.findLast((one: any) => one.id === entry.id);
  const claims = JSON.parse(Buffer.from(entry.ticket.split('.')[1], 'base64url').toString());
  const kind = kindOf(entry.key);
  expect([claims.k, claims.s, claims.sub]).toEqual([entry.key, file.sizeBytes, asked.headers['x-user']]);
  expect(claims.t).toMatch(kind?.types ?? /^$/);
  expect(claims.s).toBeLessThanOrEqual(kind?.maxBytes ?? 0);
  const signed = findSignatures(entry, '/bucket/');
  expect(new Set([entry.key, ...signed.map(({ key }) => key)]).size).toBe(1);
  if (entry.method === 'post') expect(signed[0]?.sizes).toEqual([file.sizeBytes, file.sizeBytes]);
  owners.set(entry.key, asked.headers['x-user'] ?? '');
  sizes.set(entry.key, claims.s);
}
