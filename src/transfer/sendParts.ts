import type { SignedPart } from '../protocol/messages.ts';
import { checksumOfPart } from './checksum/checksumOf.ts';
import { classifyAnswer } from './classifyAnswer.ts';
import type { Engine } from './Engine.ts';
import { explainPart } from './explainFailure.ts';
import { PartSigner } from './PartSigner.ts';
import { countParts, partRange } from './planUpload.ts';
import { RequestFailure } from './RequestFailure.ts';
import { readEtag } from './readEtag.ts';
import { sendRequest } from './sendRequest.ts';
import { type Sending, sendWithRetry } from './sendWithRetry.ts';
import { findStoredPart } from './storedParts.ts';
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
  // With several hosts, some wait for a lane to each: the next part in line may be for the one that is full.
  const lines = Math.min(engine.lanes.max * Math.min(2, engine.hosts.count), todo.length);
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
  await Promise.all(Array.from({ length: lines }, drain));
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
    const stored = await sendWithRetry<SignedPart, StoredPart>(engine, {
      rank: upload.rank,
      signal,
      sign: (refused) => {
        if (refused) signer.forget(refused);
        return signer.take(partNumber);
      },
      findStored: () => findStoredPart(upload, session, engine, partNumber),
      explain: (failure) => explainPart(failure, upload, session, engine, partNumber),
      upload,
      sizeBytes: end - start,
      send: async (signed, sending) => {
        await upload.noted;
        const bytes = upload.bytes.slice(start, end);
        return sendOnce(upload, signed, bytes, sending, engine);
      },
    });
    session.storedParts.set(partNumber, stored);
    upload.meter.store(partNumber, stored.sizeBytes);
  } finally {
    upload.meter.drop(partNumber);
    engine.moved(upload);
  }
}

async function sendOnce(
  upload: Upload,
  signed: SignedPart,
  bytes: Blob,
  { moved, patience, signal }: Sending,
  engine: Engine,
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
        moved(loaded);
        engine.moved(upload);
      },
      stallTimeoutMs: engine.stallTimeoutMs,
      patience,
      wake: engine.wake,
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
