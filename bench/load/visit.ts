import type { Request } from 'autocannon';
import { MIN_PART_SIZE_BYTES } from '../../src/protocol/limits.ts';

/** What one visitor has in hand. */
interface Visit {
  single?: string;
  inParts?: string;
}

/** A small object that the store holds; whose ticket it is does not matter to the store. */
export interface StoredFile {
  ticket: string;
}

export const VISITOR = { 'content-type': 'application/json', cookie: 'user=ann' };
const PHOTO = { name: 'photo.jpg', type: 'image/jpeg', sizeBytes: 20_000 };
const VIDEO = {
  id: 'v',
  name: 'video.mp4',
  type: 'video/mp4',
  sizeBytes: 40 * MIN_PART_SIZE_BYTES,
  partSizeBytes: MIN_PART_SIZE_BYTES,
};

/**
 * What a browser asks while someone drops three photos and a video: config, forms for the photos, a multipart upload,
 * its parts in two windows, the end of one photo, and the video given up. Three of the seven ask the store.
 */
export function visit(stored: StoredFile): Request[] {
  const post = (
    path: string,
    body: (visit: Visit) => unknown,
    read?: (answer: any, visit: Visit) => void,
  ): Request => ({
    method: 'POST',
    path: `/api/uploads/${path}`,
    headers: VISITOR,
    setupRequest: (request, context) => ({ ...request, body: JSON.stringify(body(context as Visit)) }),
    ...(read && {
      onResponse: (status, text, context) => {
        if (status === 200) read(JSON.parse(text), context as Visit);
      },
    }),
  });
  const numbers = (from: number) => Array.from({ length: 6 }, (_, index) => ({ partNumber: from + index }));
  const parts = (from: number) =>
    post('parts', ({ inParts }) => ({ uploads: [{ ticket: inParts, parts: numbers(from) }] }));
  return [
    { method: 'GET', path: '/api/uploads/config', headers: VISITOR },
    post('uploads', () => ({ files: ['1', '2', '3'].map((id) => ({ ...PHOTO, id })) })),
    post(
      'uploads',
      () => ({ files: [VIDEO] }),
      (answer, visit) => {
        visit.inParts = answer.uploads[0].ticket;
      },
    ),
    parts(1),
    parts(7),
    post('complete', () => ({ uploads: [{ ticket: stored.ticket }] })),
    post('abort', ({ inParts }) => ({ uploads: [{ ticket: inParts }] })),
  ];
}

/** Puts one photo into the store, by way of the endpoint. */
export async function storePhoto(url: string): Promise<StoredFile> {
  const response = await fetch(`${url}/api/uploads/uploads`, {
    method: 'POST',
    headers: VISITOR,
    body: JSON.stringify({ files: [{ ...PHOTO, id: '1' }] }),
  });
  const { uploads } = (await response.json()) as {
    uploads: [{ ticket: string; url: string; fields: Record<string, string> }];
  };
  const [{ ticket, url: bucket, fields }] = uploads;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(PHOTO.sizeBytes)]));
  const sent = await fetch(bucket, { method: 'POST', body: form });
  if (!sent.ok) throw new Error(`the store answers ${sent.status}: ${await sent.text()}`);
  return { ticket };
}
