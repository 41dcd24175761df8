import { createUploadEndpoint, type UploadEndpoint } from '../../createUploadEndpoint.ts';
import type { HostileRequest } from './hostileRequest.ts';

const MIB = 1024 * 1024;
export const URL_LIFE_SECONDS = 600;
export const LINK_LIFE_SECONDS = 300;
export const SECRETS = {
  secret: 'the secret of the fuzz - nobody may ever read it',
  secretAccessKey: 'secret-access-key-that-nobody-may-ever-read',
  sessionToken: 'session-token-that-only-belongs-into-signatures',
};

/** What the policy below allows, said once more and in other words. */
export const KINDS = {
  photo: { prefix: 'photos/', types: /^image\/[^/]+$/i, maxBytes: 10 * MIB },
  video: { prefix: 'videos/', types: /^video\/(mp4|quicktime)$/i, maxBytes: 2 ** 40 },
};

/** What the endpoint told its operator, in JSON. */
export const log: string[] = [];

export const makeFuzzEndpoint = (change: Record<string, unknown> = {}): UploadEndpoint =>
  createUploadEndpoint({
    store: {
      bucket: 'bucket',
      region: 'eu-central-1',
      endpoint: 'https://store.example',
      accessKeyId: 'AKID',
      secretAccessKey: SECRETS.secretAccessKey,
      sessionToken: SECRETS.sessionToken,
      profile: 'local',
    },
    secret: SECRETS.secret,
    authorize: (request) => {
      const id = request.headers.get('x-user');
      return id === 'ann' || id === 'bob' ? { id } : null;
    },
    uploads: {
      urlExpiresInSeconds: URL_LIFE_SECONDS,
      kinds: {
        photo: { prefix: 'photos/', allowedTypes: ['image/*'], maxFileSizeBytes: KINDS.photo.maxBytes },
        video: {
          prefix: 'videos/',
          allowedTypes: ['video/mp4', '.mov'],
          maxFileSizeBytes: KINDS.video.maxBytes,
          noOverwrite: true,
        },
      },
    },
    links: { download: true, preview: true, delete: true, expiresInSeconds: LINK_LIFE_SECONDS },
    dialects: ['companion', 'sign-request'],
    cors: { origins: ['https://app.example'] },
    log: (entry) => log.push(JSON.stringify(entry)),
    ...change,
  });

/** Null for what is no request at all. */
export function toRequest({ method, path, headers, body, sent }: HostileRequest): Request | null {
  const text = body === undefined ? null : sent === 'whole' ? body : inPieces(body);
  try {
    return new Request(`https://site.example/api/uploads/${path}`, {
      method,
      headers,
      body: text,
      duplex: 'half',
    } as RequestInit);
  } catch {
    return null;
  }
}

function inPieces(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const end = at + 1 + Math.ceil(bytes.length / 3);
      controller.enqueue(bytes.slice(at, end));
      at = end;
    },
  });
}
