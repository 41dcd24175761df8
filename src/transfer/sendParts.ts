import type { SignedPart } from '../protocol/messages.ts';
import { checksumOfPart } from './checksum/checksumOf.ts';
import { classifyAnswer } from './classifyAnswer.ts';
import { Deferred } from './Deferred.ts';
import type { Engine } from './Engine.ts';
import { explainPart } from './explainFailure.ts';
import { PartSigner } from './PartSigner.ts';
import { isOther, isToldBy, toldOf } from './partProof.ts';
import { countParts, partRange } from './planUpload.ts';
import { RequestFailure } from './RequestFailure.ts';
import { readEtag } from './readEtag.ts';
import { sendRequest } from './sendRequest.ts';
import { type Sending, sendWithRetry } from './sendWithRetry.ts';
import { findStoredPart } from './storedParts.ts';
import type { Upload } from './Upload.ts';
import type { MultipartSession, StoredPart } from './UploadSession.ts';

/** In so many groups the lanes begin. */
const GROUPS = 2;
const LONGEST_HEAD_START_MS = 250;

/** The parts of one upload, on their way. */
interface Parts {
  upload: Upload;
  session: MultipartSession;
  engine: Engine;
  signal: AbortSignal;
  signer: PartSigner;
}

/**
 * Sends all parts that the bucket does not have yet, several at once, and notes each in the session. Where the store tells
 * what it got, they are hashed beside that, and what arrived as something else is sent again.
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
  const signer = new PartSigner(session, engine.calls, {
    partCount,
    ahead: 2 * engine.lanes.limit,
    checksum: (n) => checksumOfPart(upload, session, engine, n),
    needsChecksum: () => session.checksum !== null && !isToldBy(engine, upload.plan),
  });
  for (;;) {
    const todo: number[] = [];
    for (let n = 1; n <= partCount; n++) if (!session.storedParts.has(n)) todo.push(n);
    const isOver = todo.length === 0 && (await dropOthers(upload, session, engine));
    signal.throwIfAborted();
    if (isOver) return;
    if (todo.length > 0) await sendAll({ upload, session, engine, signal, signer }, todo);
  }
}

/** @returns whether every part in the bucket is what was meant, as far as the store tells; others are taken for missing */
async function dropOthers(upload: Upload, session: MultipartSession, engine: Engine): Promise<boolean> {
  const { storedParts } = session;
  const areTold = session.checksum !== null && isToldBy(engine, upload.plan);
  let areSame = true;
  for (const [partNumber, stored] of storedParts) {
    // Completing takes that of each part, also where nothing is told.
    if (stored.told !== undefined || areTold) await checksumOfPart(upload, session, engine, partNumber);
    if (!isOther(session, engine, partNumber, stored)) continue;
    areSame = false;
    upload.meter.lose(stored.sizeBytes);
    storedParts.delete(partNumber);
  }
  return areSame;
}

async function sendAll(all: Parts, todo: readonly number[]): Promise<void> {
  const { upload, session, engine } = all;
  upload.waitingRequests = todo.length;
  // With several hosts, some wait for a lane to each: the next part in line may be for the one that is full.
  const lines = Math.min(engine.lanes.max * Math.min(2, engine.hosts.count), todo.length);
  const parts = todo.values();
  const failures: unknown[] = [];
  const drain = async (begun: Deferred<void>) => {
    for (const partNumber of parts) {
      upload.waitingRequests--;
      engine.requestStarted();
      try {
        await sendPart(all, partNumber, () => {
          begun.resolve();
          // Read twice at the same time, it comes from the disk once. Who needs the checksum hears why there is none.
          if (isToldBy(engine, upload.plan))
            checksumOfPart(upload, session, engine, partNumber).catch(() => {});
        });
      } catch (error) {
        failures.push(error);
      }
      begun.resolve();
      if (failures.length > 0) return;
    }
    begun.resolve();
  };
  // Lanes that begin together stay together: at the end of each part, all of them wait for an answer and a preflight
  // while the line runs empty. So the next ones begin when the bytes of those before them do.
  const atOnce = todo.length > lines ? Math.ceil(lines / GROUPS) : lines;
  const draining: Promise<void>[] = [];
  for (let left = lines; left > 0; left -= atOnce) {
    const group = Array.from({ length: Math.min(atOnce, left) }, () => new Deferred<void>());
    draining.push(...group.map(drain));
    const begun = Promise.all(group.map(({ promise }) => promise));
    if (left > atOnce)
      await Promise.race([begun, new Promise((resolve) => setTimeout(resolve, LONGEST_HEAD_START_MS))]);
  }
  await Promise.all(draining);
  upload.waitingRequests = 0;
  if (failures.length > 0) throw failures[0];
}

/** @param begun called when its first bytes have moved */
async function sendPart(
  { upload, session, engine, signal, signer }: Parts,
  partNumber: number,
  begun: () => void,
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
        let hasMoved = false;
        const moved = (loadedBytes: number) => {
          if (!hasMoved && loadedBytes > 0) begun();
          hasMoved ||= loadedBytes > 0;
          sending.moved(loadedBytes);
        };
        return sendOnce(upload, session, signed, bytes, { ...sending, moved }, engine);
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
  session: MultipartSession,
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
    if (failure?.kind === 'checksum-wanted') engine.found.wantsChecksums = true;
    if (failure) throw failure;
    const etag = readEtag(answer);
    if (etag === undefined)
      throw new RequestFailure('etag-hidden', { url: signed.url, status: answer.status });
    const stored: StoredPart = { etag, sizeBytes: bytes.size };
    stored.told = toldOf(session, signed, answer, stored);
    if (isOther(session, engine, partNumber, stored))
      throw new RequestFailure(session.checksum === 'md5' ? 'checksum-wanted' : 'damaged', {
        url: signed.url,
        status: answer.status,
      });
    return stored;
  } catch (error) {
    upload.meter.drop(partNumber);
    throw error;
  }
}
