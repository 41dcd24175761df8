// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { createHash } from 'node:crypto';
import { mapLimited } from '../mapLimited.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that repeat nowhere, the same for the same seed. */
export function bytesOf(length: number, seed = 1): Bytes {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** Sends one file as a browser would: the form's fields and the file last, or a PUT with the headers as they are. */
export function sendSingle(
  signed: any,
  body: Bytes,
  change: (signed: any) => void = () => {},
): Promise<Response> {
  const altered = structuredClone(signed);
  change(altered);
  const { method, url, fields, headers } = altered;
  if (method !== 'post') return fetch(url, { method: altered.verb ?? 'PUT', headers, body });
  const form = new FormData();
  for (const [name, value] of Object.entries<string>(fields)) form.append(name, value);
  form.append('file', new Blob([body]), 'blob');
  return fetch(url, { method: 'POST', body: form });
}

/** Sends these parts of a file, eight at a time, and gives what `complete` asks for. */
export function sendParts(signed: any, file: Bytes, partSizeBytes: number): Promise<any[]> {
  return mapLimited(signed.parts, 8, async ({ partNumber, url, headers }: any) => {
    const body = file.subarray((partNumber - 1) * partSizeBytes, partNumber * partSizeBytes);
    const response = await fetch(url, { method: 'PUT', headers, body });
    if (response.status !== 200)
      throw new Error(`part ${partNumber}: ${response.status} ${await response.text()}`);
    return { partNumber, etag: response.headers.get('etag') };
  });
}
