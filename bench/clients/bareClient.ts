import type { BareAnswer, BareSingle, BareUpload } from '../site/answerBare.ts';
import { ask, type BenchClient, type ClientSettings } from './BenchClient.ts';

/**
 * The least code that could do it, and so the limit: one call presigns everything, six requests at once, no
 * pause, no progress, and of a failure it knows only to try again.
 *
 * @param single how a file goes that fits one request
 * @param hosts over how many host names of the bucket, each with a queue and lanes of its own
 */
export function bareClient(single: BareSingle, hosts = 1): BenchClient {
  return (settings) => async (files) => {
    const { uploads } = await ask<BareAnswer>(`${settings.api}/sign`, {
      single,
      hosts,
      partSizeBytes: settings.partSizeBytes,
      files: files.map(({ name, size, type }) => ({ name, sizeBytes: size, type })),
    });
    const jobs = uploads.flatMap((upload, index) => jobsOf(upload, files[index] as File, settings));
    const queues = [...new Set(jobs.map(({ host }) => host))].map((host) =>
      jobs.filter((job) => job.host === host).values(),
    );
    await Promise.all(
      queues.flatMap((queue) =>
        Array.from({ length: settings.lanes }, async () => {
          for (const { run } of queue) await run();
        }),
      ),
    );
  };
}

interface Job {
  host: string;
  run: () => Promise<unknown>;
}

function jobsOf(upload: BareUpload, file: File, { api, partSizeBytes }: ClientSettings): Job[] {
  const jobOf = (url: string, run: () => Promise<unknown>): Job => ({ host: new URL(url).host, run });
  if ('form' in upload) {
    const body = new FormData();
    for (const [name, value] of Object.entries(upload.form.fields)) body.set(name, value);
    body.set('file', file);
    return [jobOf(upload.form.url, () => send('POST', upload.form.url, body))];
  }
  if ('putUrl' in upload) return [jobOf(upload.putUrl, () => send('PUT', upload.putUrl, file))];
  const { key, uploadId, partUrls } = upload;
  const parts: { partNumber: number; etag: string }[] = [];
  return partUrls.map((url, at) =>
    jobOf(url, async () => {
      const etag = await send('PUT', url, file.slice(at * partSizeBytes, (at + 1) * partSizeBytes));
      parts.push({ partNumber: at + 1, etag });
      if (parts.length === partUrls.length) await ask(`${api}/complete`, { key, uploadId, parts });
    }),
  );
}

const ATTEMPTS = 5;

async function send(method: string, url: string, body: Blob | FormData): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendOnce(method, url, body);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function sendOnce(method: string, url: string, body: Blob | FormData): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.onload = () => {
      if (request.status < 300) resolve(request.getResponseHeader('etag') ?? '');
      else reject(new Error(`${method} answered ${request.status}`));
    };
    request.onerror = () => reject(new Error(`${method} got no answer`));
    request.send(body);
  });
}
