import { HeadObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createUploadEndpoint } from '../src/endpoint/index.ts';
import { MAX_FILES_PER_CALL, MAX_PARTS_PER_CALL, MIN_PART_SIZE_BYTES } from '../src/protocol/limits.ts';
import type { CompleteAnswer, PartsAnswer, UploadsAnswer } from '../src/protocol/messages.ts';
import { startProcess } from './processes/startProcess.ts';
import type { SinkCalls } from './sink/process.ts';
import { BareSigner } from './site/BareSigner.ts';

/**
 * How many signatures one core makes in a second, and how many small files it completes: by the endpoint, whole calls from
 * JSON to JSON, and by the SDK.
 * Counted in CPU time of this process, so that it also says something on a busy machine. `npx tsx bench/signing.ts`
 */
const WARM_UP_MS = 300;
const MEASURE_MS = 1_500;
const PART_COUNT = 10_000;
const SMALL_BYTES = 20_000;

const sink = await startProcess<SinkCalls>(new URL('sink/process.ts', import.meta.url));
const port = await sink.call.port();
const keys = { region: 'us-east-1', accessKeyId: 'sink', secretAccessKey: 'sink' };
const endpoint = createUploadEndpoint({
  store: { ...keys, bucket: 'bench', endpoint: `http://127.0.0.1:${port}`, profile: 'local' },
  secret: 'a secret for the tickets of a bench that runs on one machine',
  authorize: () => ({ id: 'bench' }),
});
const client = new S3Client({
  region: keys.region,
  credentials: keys,
  endpoint: `http://127.0.0.1:${port}`,
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
});
const bare = new BareSigner({
  ...keys,
  bucket: 'bench',
  publicPort: port,
  directPort: port,
  profile: 'local',
});

async function call<Answer>(name: string, body: unknown): Promise<Answer> {
  const response = await endpoint.handle(
    new Request(`http://127.0.0.1/api/uploads/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  return (await response.json()) as Answer;
}

async function openTicket(): Promise<string> {
  const file = {
    id: '1',
    name: 'large.mp4',
    type: 'video/mp4',
    sizeBytes: PART_COUNT * MIN_PART_SIZE_BYTES,
    partSizeBytes: MIN_PART_SIZE_BYTES,
  };
  const [upload] = (await call<UploadsAnswer>('uploads', { files: [file] })).uploads;
  if (!upload?.ok) throw new Error('the endpoint did not begin an upload');
  return upload.ticket;
}

type StoredUpload = Extract<UploadsAnswer['uploads'][number], { method: 'post' }>;

/** Puts a small file into the sink, as a browser does. */
async function store(upload: UploadsAnswer['uploads'][number]): Promise<{ ticket: string }> {
  const { url, fields, ticket } = upload as StoredUpload;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(SMALL_BYTES)]));
  const { status } = await fetch(url, { method: 'POST', body: form });
  if (status !== 201) throw new Error(`the sink answers ${status}`);
  return { ticket };
}

/** @param run makes signatures and says how many */
async function measure(name: string, run: () => Promise<number>): Promise<void> {
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end; ) await run();
  const before = process.cpuUsage();
  let count = 0;
  for (const end = performance.now() + MEASURE_MS; performance.now() < end; ) count += await run();
  const { user, system } = process.cpuUsage(before);
  const perSecond = Math.round(count / ((user + system) / 1e6));
  console.log(`${name.padEnd(52)} ${perSecond.toLocaleString('en').padStart(8)} a second of CPU`);
}

const ticket = await openTicket();
for (const checksum of [undefined, 'rL0Y20zC+Fzt72VPzMSk2A==']) {
  const parts = Array.from({ length: MAX_PARTS_PER_CALL }, (_, index) => ({
    partNumber: index + 1,
    ...(checksum && { checksum }),
  }));
  await measure(
    `endpoint: part URLs${checksum ? ' with checksums' : ''}, ${parts.length} a call`,
    async () => {
      const [upload] = (await call<PartsAnswer>('parts', { uploads: [{ ticket, parts }] })).uploads;
      if (!upload?.ok || upload.signed.method !== 'multipart')
        throw new Error('the endpoint signed no parts');
      return upload.signed.parts.length;
    },
  );
}
const files = Array.from({ length: MAX_FILES_PER_CALL }, (_, index) => ({
  id: String(index),
  name: `small-${index}.jpg`,
  type: 'image/jpeg',
  sizeBytes: SMALL_BYTES,
}));
await measure(`endpoint: forms with tickets, ${files.length} a call`, async () => {
  const { uploads } = await call<UploadsAnswer>('uploads', { files });
  if (!uploads.every(({ ok }) => ok)) throw new Error('the endpoint refused a file');
  return uploads.length;
});
const { uploads: sent } = await call<UploadsAnswer>('uploads', { files });
const tickets = await Promise.all(sent.map(store));
await measure(`endpoint: small files completed, ${tickets.length} a call`, async () => {
  const { uploads } = await call<CompleteAnswer>('complete', { uploads: tickets });
  if (!uploads.every(({ ok }) => ok)) throw new Error('the endpoint did not find a file');
  return uploads.length;
});
await measure('SDK: HeadObject, 16 at once', async () => {
  const Key = (sent[0] as StoredUpload).key;
  await Promise.all(
    Array.from({ length: 16 }, () => client.send(new HeadObjectCommand({ Bucket: 'bench', Key }))),
  );
  return 16;
});
await measure('SDK: getSignedUrl of UploadPart, one by one', async () => {
  const part = { Bucket: 'bench', Key: 'large.mp4', UploadId: 'upload-1', PartNumber: 7 };
  await getSignedUrl(client, new UploadPartCommand(part), { expiresIn: 900 });
  return 1;
});
await measure('bare: node:crypto and string concatenation', async () => {
  for (let part = 1; part <= 100; part++) {
    bare.presign('PUT', 'large.mp4', { partNumber: String(part), uploadId: 'upload-1' });
  }
  return 100;
});
sink.stop();
process.exit();
