import { Agent, request as ask } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Request } from 'autocannon';
import { MIN_PART_SIZE_BYTES } from '../../src/protocol/limits.ts';

/** What one visitor has in hand. */
interface Visit {
  single?: string;
  inParts?: string;
}

/** autocannon's request, without the files that it can also be told to load. */
interface Step extends Request {
  setupRequest?: (request: Request, context: object) => Request;
  onResponse?: (status: number, body: string, context: object) => void;
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
export function visit(stored: StoredFile): Step[] {
  const post = (
    path: string,
    body: (visit: Visit) => unknown,
    read?: (answer: { uploads: [{ ticket: string }] }, visit: Visit) => void,
  ): Step => ({
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

export interface CrowdResult {
  latenciesMs: number[];
  /** Answers that were none, or no 200. */
  errors: string[];
}

/**
 * So many people at once, each with a connection of their own, who think between two calls: for `thinkMs` on average. They
 * come within the first `thinkMs`.
 *
 * @param isCounted asked at each answer: warm-ups are not
 */
export async function crowd(
  urls: readonly string[],
  {
    people,
    thinkMs,
    untilMs,
    isCounted,
  }: { people: number; thinkMs: number; untilMs: number; isCounted: () => boolean },
): Promise<CrowdResult> {
  const result: CrowdResult = { latenciesMs: [], errors: [] };
  const stored = await Promise.all(urls.map(storePhoto));
  const live = async (index: number) => {
    const url = urls[index % urls.length] as string;
    const steps = visit(stored[index % urls.length] as StoredFile);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await pause(Math.random() * thinkMs);
    for (let context: object = {}, step = 0; performance.now() < untilMs; step = (step + 1) % steps.length) {
      if (step === 0) context = {};
      const { setupRequest, onResponse, method = 'GET', path = '/' } = steps[step] as Step;
      const { body } = setupRequest?.({ method, path }, context) ?? {};
      const started = performance.now();
      try {
        const [status, text] = await answerOf(`${url}${path}`, method, String(body ?? ''), agent);
        if (status === 200) onResponse?.(status, text, context);
        else result.errors.push(`${path}: ${status} ${text}`);
        if (isCounted()) result.latenciesMs.push(performance.now() - started);
      } catch (error) {
        result.errors.push(`${path}: ${error}`);
      }
      await pause(Math.random() * 2 * thinkMs);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: people }, (_, index) => live(index)));
  return result;
}

function answerOf(url: string, method: string, body: string, agent: Agent): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const headers = { ...VISITOR, ...(method === 'POST' && { 'content-length': Buffer.byteLength(body) }) };
    const asked = ask(url, { method, agent, headers, timeout: 30_000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => (text += part));
      answer.on('end', () => resolve([answer.statusCode ?? 0, text])).on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in 30 s'))).on('error', reject);
    asked.end(method === 'POST' ? body : undefined);
  });
}
