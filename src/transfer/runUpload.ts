import { isBucketDropError } from '../protocol/BucketDropError.ts';
import type { NewFile, StoredObject } from '../protocol/messages.ts';
import { adoptSingle } from './adoptSingle.ts';
import { checksumOfFile, hashFirstParts } from './checksum/checksumOf.ts';
import type { Engine } from './Engine.ts';
import { requireUnchanged } from './explainFailure.ts';
import { newIdempotencyKey } from './newIdempotencyKey.ts';
import { isToldBy } from './partProof.ts';
import { countParts, type SinglePlan } from './planUpload.ts';
import { RequestFailure } from './RequestFailure.ts';
import { sendParts } from './sendParts.ts';
import { sendSingle } from './sendSingle.ts';
import { listParts } from './storedParts.ts';
import type { TransferErrorCode } from './TransferErrorCode.ts';
import type { Upload } from './Upload.ts';
import type { MultipartSession, SingleSession, UploadSession } from './UploadSession.ts';
import { verifyParts } from './verifyParts.ts';

/** How many part signatures come along with a new upload: enough for the first seconds, little enough to be small. */
const FIRST_PARTS = 24;
const MAX_RESTARTS = 2;
/** What was stored under this ticket is lost or can no longer be reached: only a new upload helps. */
const BEGIN_ANEW = new Set<TransferErrorCode>(['upload-gone', 'object-missing', 'ticket-expired']);
/** The bucket holds other parts than we believe: what it lists counts. */
const OTHER_PARTS = new Set<TransferErrorCode>(['part-refused', 'parts-incomplete']);
/** Has the endpoint begin this upload. */
type Tell = (more: Pick<NewFile, 'checksum'>) => Promise<UploadSession>;

/** Tickets that no later try can use. */
const DEAD_TICKET = new Set<TransferErrorCode>([
  ...BEGIN_ANEW,
  'ticket-invalid',
  'object-mismatch',
  'key-taken',
]);

/**
 * Takes one upload from where it stands to its end: ticket, bytes, proof.
 *
 * @throws what ended it: RequestFailure, BucketDropError, or the signal's reason when it was paused or canceled
 */
export async function runUpload(upload: Upload, engine: Engine, signal: AbortSignal): Promise<StoredObject> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await runOnce(upload, engine, signal);
    } catch (error) {
      signal.throwIfAborted();
      const code = codeOf(error);
      if (restarts < MAX_RESTARTS && canBeReplaced(upload, code)) {
        upload.apply('restart');
        engine.moved(upload);
        continue;
      }
      if (code !== undefined && DEAD_TICKET.has(code)) await forget(upload, engine);
      signal.throwIfAborted();
      if (code === undefined || restarts >= MAX_RESTARTS) throw error;
      if (OTHER_PARTS.has(code)) await listParts(upload, engine);
      else if (!BEGIN_ANEW.has(code)) throw error;
      upload.apply('restart');
      engine.moved(upload);
    }
  }
}

/**
 * Not every store compares a form's checksum: what was damaged on its way is found out at the end. The same ticket
 * puts the right bytes in its place.
 */
function canBeReplaced({ session, meter }: Upload, code: TransferErrorCode | undefined): boolean {
  if (code !== 'object-mismatch' || session?.kind !== 'single') return false;
  session.stored = undefined;
  meter.reset();
  return true;
}

async function runOnce(upload: Upload, engine: Engine, signal: AbortSignal): Promise<StoredObject> {
  // What is hashed before it is sent is read anyway, and a file that cannot be read is found out then.
  const isRead = !upload.session && upload.plan?.checksum != null && !isToldBy(engine, upload.plan);
  await requireUnchanged(upload.source.blob, upload.sizeBytes, isRead);
  signal.throwIfAborted();
  const session = upload.session ?? (await create(upload, engine, signal));
  upload.apply('send');
  if (session.object) {
    upload.apply('complete');
    return session.object;
  }
  if (session.kind === 'single') {
    await sendSingle(upload, session, engine, signal);
    upload.apply('complete');
    const etag = session.stored?.etag;
    return engine.calls.complete({ ticket: session.ticket, ...(etag === undefined ? {} : { etag }) }, signal);
  }
  await sendParts(upload, session, engine, signal);
  // What proves the object to the next page, should this one not live to hear of it.
  await upload.noted;
  signal.throwIfAborted();
  const proof = verifyParts(upload.sizeBytes, session);
  upload.apply('complete');
  return engine.calls.complete({ ticket: session.ticket, ...proof }, signal);
}

async function create(upload: Upload, engine: Engine, signal: AbortSignal): Promise<UploadSession> {
  upload.apply('create');
  upload.creating ??= announce(upload, engine).finally(() => {
    upload.creating = undefined;
  });
  const session = await upload.creating;
  signal.throwIfAborted();
  return session;
}

async function announce(upload: Upload, engine: Engine): Promise<UploadSession> {
  const expected = engine.calls.expectFile();
  const tell: Tell = (more) => {
    const created = engine.calls.create({ ...newFile(upload, engine), ...more });
    expected();
    return created;
  };
  try {
    return await (upload.plan?.kind === 'single'
      ? announceSingle(upload, engine, upload.plan, tell)
      : announceParts(upload, engine, tell));
  } finally {
    expected();
  }
}

async function announceSingle(
  upload: Upload,
  engine: Engine,
  { checksum: algorithm }: SinglePlan,
  tell: Tell,
): Promise<UploadSession> {
  const checksum = algorithm === null ? undefined : await checksumOfFile(upload, engine, algorithm);
  const md5 = algorithm === 'md5' ? checksum : undefined;
  const adopted = md5 && (await adoptSingle(upload, engine, md5));
  const session = adopted || (await tell(checksum ? { checksum } : {}));
  upload.session = session;
  if (md5 && !adopted && session.kind === 'single') void noteSingle(upload, engine, session, md5);
  return session;
}

/** Nobody waits for it: a page that dies at this very moment has its file sent once more. */
async function noteSingle(upload: Upload, engine: Engine, session: SingleSession, checksum: string) {
  const journal = await engine.journal();
  if (upload.session === session) journal?.singles?.note(upload, session, checksum);
}

async function announceParts(upload: Upload, engine: Engine, tell: Tell): Promise<UploadSession> {
  const adopted = await adopt(upload, engine);
  // While the endpoint is asked, which takes as long as hashing a part or two.
  if (!adopted && !isToldBy(engine, upload.plan)) hashFirstParts(upload, engine);
  const journal = adopted ? undefined : await engine.journal();
  // Noted before it is said: the page may end at any moment.
  await journal?.announce(upload);
  upload.session = adopted ?? (await tell({}));
  if (upload.session.kind === 'multipart') {
    // Not waited for: the first parts are signed meanwhile, and none is sent before.
    upload.noted = Promise.all([upload.noted, journal?.begin(upload, upload.session)]);
  }
  return upload.session;
}

/** Goes on with what was begun before a reload or a crash, if there is something, and notes what begins now. */
async function adopt(upload: Upload, engine: Engine): Promise<MultipartSession | undefined> {
  try {
    const session = await (await engine.journal())?.adopt(upload, {
      calls: engine.calls,
      hasher: engine.hasher,
      begin: (totalBytes) => {
        upload.meter.reset();
        upload.proving = { totalBytes };
        engine.moved(upload);
      },
      proved: (partNumber, sizeBytes) => {
        upload.meter.store(partNumber, sizeBytes);
        engine.moved(upload);
      },
    });
    if (!session) upload.meter.reset();
    return session;
  } finally {
    upload.proving = undefined;
    engine.moved(upload);
  }
}

function newFile(upload: Upload, engine: Engine): NewFile {
  const { id, name, type, kind, metadata } = upload.source;
  const { sizeBytes, plan } = upload;
  return {
    // Our own id in the message: the caller's may be longer than the protocol allows.
    id: String(upload.order),
    ...(kind === undefined ? {} : { kind }),
    name: name || id,
    sizeBytes,
    type: type || 'application/octet-stream',
    ...(metadata && Object.keys(metadata).length > 0 ? { metadata } : {}),
    ...(plan?.kind === 'multipart' && {
      partSizeBytes: plan.partSizeBytes,
      idempotencyKey: upload.idempotencyKey,
      ...(plan.checksum !== null && { partChecksums: plan.checksum }),
      // A part that comes with its checksum is signed with it, and nobody knows it yet.
      ...((plan.checksum === null || isToldBy(engine, plan)) && {
        firstParts: Math.min(FIRST_PARTS, countParts(sizeBytes, plan.partSizeBytes)),
      }),
    }),
  };
}

async function forget(upload: Upload, engine: Engine): Promise<void> {
  upload.session = undefined;
  upload.hashed = undefined;
  upload.idempotencyKey = newIdempotencyKey();
  upload.meter.reset();
  await (await engine.journal())?.end(upload);
}

function codeOf(error: unknown): TransferErrorCode | undefined {
  if (error instanceof RequestFailure) return error.kind === 'upload-gone' ? 'upload-gone' : undefined;
  return isBucketDropError(error) ? (error.code as TransferErrorCode) : undefined;
}
