import type { SignedPart } from '../protocol/messages.ts';
import { checksumOfPart } from './checksum/checksumOf.ts';
import { classifyAnswer } from './classifyAnswer.ts';
import type { Engine } from './Engine.ts';
import { explainFailure } from './explainFailure.ts';
import { PartSigner } from './PartSigner.ts';
import { countParts, partRange } from './planUpload.ts';
import { RequestFailure } from './RequestFailure.ts';
import { readEtag } from './readEtag.ts';
import { sendRequest } from './sendRequest.ts';
import { sendWithRetry } from './sendWithRetry.ts';
import type { Upload } from './Upload.ts';
import type { MultipartSession, StoredPart } from './UploadSession.ts';

/**
 * Sends all parts that the bucket does not have yet, several at once, and notes each in the session.
 *
 * @throws RequestFailure, BucketDropError or the signal's reason: the first that ended a part for good; the parts
 *   that were on their way are let through first, so that a later retry finds them
 */
export async function sendParts(
  upload: Upload,
  session: MultipartSession,
  engine: Engine,
  signal: AbortSignal,
): Promise<void> {
  const partCount = countParts(upload.sizeBytes, session.partSizeBytes);
  const todo: number[] = [];
  for (let n = 1; n <= partCount; n++) if (!session.storedParts.has(n)) todo.push(n);
  upload.waitingRequests = todo.length;
  const lanes = Math.min(engine.lanes.limit, todo.length);
  const signer = new PartSigner(session, engine.calls, {
    partCount,
    ahead: 2 * engine.lanes.limit,
    checksum: session.checksum ? (n) => checksumOfPart(upload, session, engine, n) : undefined,
  });
  const parts = todo.values();
  const failures: unknown[] = [];
  const drain = async () => {
    for (const partNumber of parts) {
      upload.waitingRequests--;
      engine.requestStarted();
      try {
        await sendPart(upload, session, engine, signal, signer, partNumber);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: lanes }, drain));
  upload.waitingRequests = 0;
  if (failures.length > 0) throw failures[0];
}

async function sendPart(
  upload: Upload,
  session: MultipartSession,
  engine: Engine,
  signal: AbortSignal,
  signer: PartSigner,
  partNumber: number,
): Promise<void> {
  const { start, end } = partRange(upload.sizeBytes, session.partSizeBytes, partNumber);
  try {
    const stored = await sendWithRetry(engine.lanes, engine.retry, {
      rank: upload.rank,
      signal,
      sign: () => signer.take(partNumber),
      explain: (failure) => explainPart(failure, upload, session, engine, partNumber),
      send: (signed) => sendOnce(upload, signed, upload.source.blob.slice(start, end), engine, signal),
    });
    session.storedParts.set(partNumber, stored);
    upload.meter.store(partNumber, stored.sizeBytes);
  } finally {
    upload.meter.drop(partNumber);
    engine.moved(upload);
  }
}

/** Bytes that the store calls damaged may be those of another file by now. */
async function explainPart(
  failure: RequestFailure,
  upload: Upload,
  session: MultipartSession,
  engine: Engine,
  partNumber: number,
): Promise<RequestFailure> {
  const announced = session.checksums.get(partNumber);
  if (failure.kind !== 'damaged' || announced === undefined) {
    return explainFailure(failure, upload.source.blob);
  }
  session.checksums.delete(partNumber);
  const now = await checksumOfPart(upload, session, engine, partNumber);
  return now === announced ? failure : new RequestFailure('file-changed', failure);
}

async function sendOnce(
  upload: Upload,
  signed: SignedPart,
  bytes: Blob,
  engine: Engine,
  signal: AbortSignal,
): Promise<StoredPart> {
  const { partNumber } = signed;
  try {
    const answer = await sendRequest({
      method: 'PUT',
      url: signed.url,
      headers: signed.headers,
      body: bytes,
      onProgress: (loaded) => {
        upload.meter.move(partNumber, Math.min(bytes.size, loaded));
        engine.moved(upload);
      },
      stallTimeoutMs: engine.stallTimeoutMs,
      signal,
    });
    const failure = classifyAnswer(answer, signed.url);
    if (failure) throw failure;
    const etag = readEtag(answer);
    if (etag === undefined)
      throw new RequestFailure('etag-hidden', { url: signed.url, status: answer.status });
    return { etag, sizeBytes: bytes.size };
  } catch (error) {
    upload.meter.drop(partNumber);
    throw error;
  }
}
