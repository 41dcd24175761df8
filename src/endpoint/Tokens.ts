import { errors, jwtVerify, SignJWT } from 'jose';
import * as v from 'valibot';
import { EndpointError } from './EndpointError.ts';
import type { Receipt } from './Receipt.ts';
import type { Ticket, TicketDraft } from './Ticket.ts';
import type { UnsizedUpload } from './UnsizedUpload.ts';

const VERSION = 1;
const TYPES = { ticket: 'bd-ticket', receipt: 'bd-receipt', upload: 'bd-upload' } as const;
type Purpose = keyof typeof TYPES;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const named = {
  v: v.literal(VERSION),
  b: v.string(),
  k: v.string(),
  t: v.string(),
  n: v.optional(v.string()),
  sub: v.optional(v.string()),
  iat: count,
};
const common = { ...named, s: count };
const ticketCommon = { ...common, jti: v.string(), w: v.optional(v.literal(1)), exp: count };
/** Short names: a ticket travels with every call. */
const TicketClaims = v.variant('m', [
  v.object({
    ...ticketCommon,
    m: v.picklist(['post', 'put']),
    h: v.record(v.string(), v.string()),
    c: v.optional(v.string()),
  }),
  v.object({
    ...ticketCommon,
    m: v.literal('multipart'),
    u: v.string(),
    p: count,
    c: v.optional(v.picklist(['crc32', 'crc32c', 'crc64nvme', 'md5'])),
    g: v.optional(v.record(v.string(), v.string())),
    r: v.optional(v.literal(1)),
  }),
]);
const ReceiptClaims = v.object({ ...common, e: v.string() });
const UploadClaims = v.object({
  ...named,
  jti: v.string(),
  w: v.optional(v.literal(1)),
  u: v.optional(v.string()),
  g: v.optional(v.record(v.string(), v.string())),
  exp: count,
});

/**
 * Signs and checks tickets, receipts and the upload ids of dialects: JWTs with HS256, each kind with a key of its own derived from the secret, so
 * that one can't be passed off as the other. The bucket is bound too: endpoints that share a secret don't share tickets
 * for different buckets.
 */
export class Tokens {
  readonly #bucket: string;
  readonly #now: () => number;
  readonly #keys: Record<Purpose, readonly (() => Promise<CryptoKey>)[]>;
  readonly #nameKey: (() => Promise<CryptoKey>) | undefined;

  /** @param secrets the first signs, all verify */
  constructor(secrets: readonly Uint8Array[], bucket: string, now: () => number) {
    this.#bucket = bucket;
    this.#now = now;
    this.#nameKey = secrets[0] && deriveOnce(secrets[0], 'key');
    const keysFor = (purpose: Purpose) => secrets.map((secret) => deriveOnce(secret, purpose));
    this.#keys = { ticket: keysFor('ticket'), receipt: keysFor('receipt'), upload: keysFor('upload') };
  }

  async sealTicket(ticket: TicketDraft, lifeSeconds: number): Promise<string> {
    const { id: jti, method, key: k, sizeBytes: s, type: t, kind, noOverwrite, userId } = ticket;
    const common = { jti, m: method, k, s, t, n: kind ?? undefined, w: noOverwrite ? 1 : undefined };
    const claims =
      ticket.method === 'multipart'
        ? {
            u: ticket.uploadId,
            p: ticket.partSizeBytes,
            c: ticket.checksum ?? undefined,
            g: ticket.tags ?? undefined,
            r: ticket.mayHaveTwins ? 1 : undefined,
          }
        : { h: ticket.headers, c: ticket.md5 ?? undefined };
    return this.#seal('ticket', { ...common, ...claims }, userId, lifeSeconds);
  }

  /** @throws BucketDropError `ticket-expired` or `ticket-invalid`. */
  async openTicket(token: string): Promise<Ticket> {
    const claims = v.safeParse(TicketClaims, await this.#open('ticket', token));
    if (!claims.success || claims.output.b !== this.#bucket) throw invalid('ticket');
    const {
      jti: id,
      k: key,
      s: sizeBytes,
      t: type,
      n: kind = null,
      w,
      sub: userId = null,
      iat,
    } = claims.output;
    const noOverwrite = w === 1;
    const base = { id, kind, key, sizeBytes, type, noOverwrite, userId, issuedAt: new Date(iat * 1000) };
    if (claims.output.m === 'multipart') {
      const { u: uploadId, p: partSizeBytes, c: checksum = null, g: tags = null, r } = claims.output;
      return {
        ...base,
        method: 'multipart',
        uploadId,
        partSizeBytes,
        checksum,
        tags,
        mayHaveTwins: r === 1,
      };
    }
    const { m: method, h: headers, c: md5 = null } = claims.output;
    return { ...base, method, headers, md5 };
  }

  async sealReceipt(receipt: Omit<Receipt, 'issuedAt' | 'bucket'>): Promise<string> {
    const { key, sizeBytes, etag, type, kind, userId } = receipt;
    const claims = { k: key, s: sizeBytes, e: etag, t: type, n: kind ?? undefined };
    return this.#seal('receipt', claims, userId, null);
  }

  /** @throws BucketDropError `ticket-invalid`. */
  async openReceipt(token: string): Promise<Receipt> {
    const claims = v.safeParse(ReceiptClaims, await this.#open('receipt', token));
    if (!claims.success || claims.output.b !== this.#bucket) throw invalid('receipt');
    const { b: bucket, k: key, s: sizeBytes, e: etag, t: type, n: kind = null, iat } = claims.output;
    const { sub: userId = null } = claims.output;
    return { bucket, key, sizeBytes, etag, type, kind, userId, issuedAt: new Date(iat * 1000) };
  }

  async sealUpload(upload: Omit<UnsizedUpload, 'issuedAt'>, lifeSeconds: number): Promise<string> {
    const { id: jti, key: k, type: t, kind, noOverwrite, uploadId, tags, userId } = upload;
    const w = noOverwrite ? 1 : undefined;
    const claims = { jti, k, t, n: kind ?? undefined, w, u: uploadId ?? undefined, g: tags ?? undefined };
    return this.#seal('upload', claims, userId, lifeSeconds);
  }

  /** @throws BucketDropError `ticket-expired` or `ticket-invalid`. */
  async openUpload(token: string): Promise<UnsizedUpload> {
    const claims = v.safeParse(UploadClaims, await this.#open('upload', token));
    if (!claims.success || claims.output.b !== this.#bucket) throw invalid('upload');
    const { jti: id, k: key, t: type, n: kind = null, w, u: uploadId = null, g: tags = null } = claims.output;
    const { sub: userId = null, iat } = claims.output;
    const issuedAt = new Date(iat * 1000);
    return { id, key, type, kind, noOverwrite: w === 1, uploadId, tags, userId, issuedAt };
  }

  /** What stands for the announcement in its object's key: the same for the same user and name, and told by nobody. */
  async nameOf(idempotencyKey: string, userId: string | null): Promise<string> {
    if (this.#nameKey === undefined) throw new TypeError('there is no secret');
    const said = new TextEncoder().encode(JSON.stringify([this.#bucket, userId, idempotencyKey]));
    const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', await this.#nameKey(), said)).subarray(
      0,
      16,
    );
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  async #seal(
    purpose: Purpose,
    claims: Record<string, unknown>,
    userId: string | null,
    lifeSeconds: number | null,
  ): Promise<string> {
    const issuedAt = Math.floor(this.#now() / 1000);
    const token = new SignJWT({ v: VERSION, b: this.#bucket, ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: TYPES[purpose] })
      .setIssuedAt(issuedAt);
    if (userId !== null) token.setSubject(userId);
    if (lifeSeconds !== null) token.setExpirationTime(issuedAt + lifeSeconds);
    const [newest] = this.#keys[purpose];
    if (newest === undefined) throw new TypeError('there is no secret');
    return token.sign(await newest());
  }

  async #open(purpose: Purpose, token: string): Promise<unknown> {
    const [newest, ...older] = this.#keys[purpose].map((key) => () => this.#openWith(key, purpose, token));
    if (newest === undefined) throw new TypeError('there is no secret');
    let opened = newest();
    for (const openWithOlder of older) {
      opened = opened.catch((error: unknown) => {
        if (isOtherSignature(error)) return openWithOlder();
        throw error;
      });
    }
    return opened;
  }

  async #openWith(key: () => Promise<CryptoKey>, purpose: Purpose, token: string): Promise<unknown> {
    try {
      const { payload } = await jwtVerify(token, await key(), {
        algorithms: ['HS256'],
        typ: TYPES[purpose],
        currentDate: new Date(this.#now()),
      });
      return payload;
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) {
        throw new EndpointError('ticket-expired', 'the time to finish this upload is over', undefined, {
          cause,
        });
      }
      if (cause instanceof errors.JOSEError || cause instanceof TypeError) throw invalid(purpose, cause);
      throw cause;
    }
  }
}

/** True if another secret may have signed it. */
function isOtherSignature(error: unknown): boolean {
  return error instanceof EndpointError && error.cause instanceof errors.JWSSignatureVerificationFailed;
}

/** RFC 5869: one key for each purpose, of which none says anything about another. */
function deriveOnce(secret: Uint8Array, purpose: Purpose | 'key'): () => Promise<CryptoKey> {
  let key: Promise<CryptoKey> | undefined;
  const utf8 = new TextEncoder();
  const derive = async () => {
    const base = await crypto.subtle.importKey('raw', new Uint8Array(secret), 'HKDF', false, ['deriveKey']);
    return crypto.subtle.deriveKey(
      {
        name: 'HKDF',
        hash: 'SHA-256',
        salt: utf8.encode('bucketdrop'),
        info: utf8.encode(`${purpose} v${VERSION}`),
      },
      base,
      { name: 'HMAC', hash: 'SHA-256', length: 256 },
      false,
      ['sign', 'verify'],
    );
  };
  return () => {
    key ??= derive();
    return key;
  };
}

function invalid(purpose: Purpose, cause?: unknown): EndpointError {
  return new EndpointError('ticket-invalid', `the ${purpose} was not issued here`, undefined, { cause });
}
