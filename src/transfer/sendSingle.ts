import type { SignedForm, SignedPut } from '../protocol/messages.ts';
import { classifyAnswer } from './classifyAnswer.ts';
import type { Engine } from './Engine.ts';
import { explainFailure } from './explainFailure.ts';
import { momentNow } from './Moment.ts';
import { readEtag } from './readEtag.ts';
import { sendRequest } from './sendRequest.ts';
import { type Sending, sendWithRetry } from './sendWithRetry.ts';
import type { Upload } from './Upload.ts';
import { type Fresh, fresh, isFresh, type SingleSession } from './UploadSession.ts';

/** Too small for its progress to be seen: without a progress listener a form needs no CORS preflight. */
const NO_PROGRESS_BELOW_BYTES = 256 * 1024;
const PRECONDITION_FAILED = 412;

/**
 * Sends a whole file in one request and notes in the session that the bucket has it.
 *
 * @throws RequestFailure, BucketDropError or the signal's reason
 */
export async function sendSingle(
  upload: Upload,
  session: SingleSession,
  engine: Engine,
  signal: AbortSignal,
): Promise<void> {
  if (session.stored) return;
  try {
    session.stored = await sendWithRetry(engine, {
      rank: upload.rank,
      signal,
      sign: () => takeSignature(session, engine),
      explain: (failure) => explainFailure(failure, upload.source.blob),
      upload,
      sizeBytes: upload.sizeBytes,
      send: (signed, sending) => {
        upload.waitingRequests = 0;
        engine.requestStarted();
        return sendOnce(upload, signed, sending, engine);
      },
    });
    upload.meter.store(1, upload.sizeBytes);
  } finally {
    upload.meter.drop(1);
    engine.moved(upload);
  }
}

async function sendOnce(
  upload: Upload,
  signed: SignedForm | SignedPut,
  { moved, patience, signal }: Sending,
  engine: Engine,
): Promise<{ etag: string | undefined }> {
  const { sizeBytes } = upload;
  const silent = signed.method === 'post' && sizeBytes < NO_PROGRESS_BELOW_BYTES;
  const onProgress = (loaded: number, total: number) => {
    // The form's own fields are sent first and are not progress.
    const loadedBytes = Math.min(sizeBytes, Math.max(0, loaded - (total - sizeBytes)));
    upload.meter.move(1, loadedBytes);
    moved(loadedBytes);
    engine.moved(upload);
  };
  const answer = await sendRequest({
    method: signed.method === 'post' ? 'POST' : 'PUT',
    url: signed.url,
    ...(signed.method === 'put' && { headers: signed.headers }),
    body: signed.method === 'post' ? formOf(signed.fields, upload.source.blob) : upload.source.blob,
    ...(silent ? {} : { onProgress }),
    stallTimeoutMs: engine.stallTimeoutMs,
    patience,
    wake: engine.wake,
    signal,
  });
  // Signed to replace nothing, and there is something: perhaps this very file, from a request whose answer was lost. The
  // endpoint can tell.
  if (answer.status === PRECONDITION_FAILED && isConditional(signed)) return { etag: undefined };
  const failure = classifyAnswer(answer, signed.url);
  if (failure) {
    upload.meter.drop(1);
    throw failure;
  }
  return { etag: readEtag(answer) };
}

function isConditional(signed: SignedForm | SignedPut): boolean {
  return signed.method === 'put' && Object.hasOwn(signed.headers, 'if-none-match');
}

/** The file goes last: S3 ignores all fields behind it. */
function formOf(fields: Record<string, string>, bytes: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', bytes, 'file');
  return form;
}

async function takeSignature(session: SingleSession, engine: Engine): Promise<Fresh<SignedForm | SignedPut>> {
  const first = session.request;
  session.request = undefined;
  if (isFresh(first)) return first;
  const askedAt = momentNow();
  const signed = await engine.calls.sign({ ticket: session.ticket, parts: [] });
  if (signed.method === 'multipart') throw new TypeError('a single request was signed as a multipart upload');
  return fresh(signed, signed.expiresInSeconds, askedAt);
}
