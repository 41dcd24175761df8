import {
  AbortAnswer,
  CompleteAnswer,
  ConfigAnswer,
  type CreatedUpload,
  PartsAnswer,
  UploadedPartsAnswer,
  UploadsAnswer,
} from '../protocol/messages.ts';
import { Unreached, unreachedFinding } from './ask.ts';
import { examineClock, signedAt, skewOf } from './clock.ts';
import { deleteStored } from './deleteStored.ts';
import { EndpointFault, EndpointProbe, explainEndpointError, readAnswer } from './EndpointProbe.ts';
import { Examination } from './Examination.ts';
import { type ExaminedRequest, examineRequest, type SignedRequest } from './examineRequest.ts';
import { findEndpointCorsFault } from './findEndpointCorsFault.ts';
import type { Finding, Report } from './Report.ts';
import { checksumOfTest } from './testChecksum.ts';
import { fittingFile, type TestFile } from './testFile.ts';

export interface EndpointToExamine {
  /** Where the endpoint is mounted: `https://my.site/api/uploads`. */
  endpoint: string;
  /** Of the page that shall upload. Default: the endpoint's own. */
  origin?: string | undefined;
  /** Sent to the endpoint as the page does. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** The kind of upload to try, where the endpoint names kinds. */
  kind?: string | undefined;
}

/**
 * Does with an endpoint what the widget does: asks for its rules, uploads a tiny file by each method that it signs, and
 * gives one up; each request with its preflight and with the page's origin. The files stay if the endpoint gives no
 * delete links, and the site's own `onUploaded` hears of them.
 */
export async function examineEndpoint({
  endpoint,
  origin,
  headers = {},
  kind,
}: EndpointToExamine): Promise<Report> {
  const examination = new Examination();
  const probe = new EndpointProbe(endpoint, origin, headers, kind);
  const config = await guard(examination, 'Endpoint', () => examineConfig(examination, probe));
  if (config === undefined) return examination.report();
  const file = fittingFile(config.restrictions);
  if (file === undefined) {
    examination.skip('Uploads', 'this endpoint takes only files that are too large for a test');
    return examination.report();
  }
  const rounds = [
    ['A file in one request', () => examineSingle(examination, probe, config, file)],
    ['A file in parts', () => examineParts(examination, probe, config, file)],
  ] as const;
  for (const [title, round] of rounds) if ((await guard(examination, title, round)) !== true) break;
  return examination.report();
}

/** Turns what stands in the way into a failed check. */
async function guard<Result>(
  examination: Examination,
  title: string,
  run: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await run();
  } catch (error) {
    let finding: Finding;
    if (error instanceof EndpointFault) finding = error.finding;
    else if (!(error instanceof Unreached)) throw error;
    else if (title === 'Endpoint')
      finding = unreachedFinding(error, 'endpoint-down', 'Is the server running, and is the address right?');
    else finding = unreachedFinding(error, 'store-unreachable', STORE_HINT);
    examination.fail(title, finding);
    return undefined;
  }
}

const STORE_HINT =
  'The endpoint signs for this address, and browsers have to reach it too. If the server reaches the store by another address than browsers do, set `store.publicEndpoint` to theirs.';

async function examineConfig(examination: Examination, probe: EndpointProbe): Promise<ConfigAnswer> {
  const answer = await probe.send('config');
  if (!probe.isCrossOrigin) {
    const config = readAnswer(answer, ConfigAnswer);
    examination.pass('Endpoint', `${probe.url.host} answers`);
    examination.skip(FROM_PAGE, 'page and endpoint are of one origin, so CORS is not asked');
    return config;
  }
  const fault = await findEndpointCorsFault(probe, answer);
  if (fault !== undefined) probe.beNoPage();
  const config = fault === undefined ? readAnswer(answer, ConfigAnswer) : undefined;
  examination.pass('Endpoint', `${probe.url.host} answers`);
  examination.conclude(FROM_PAGE, fault, `pages of ${probe.origin} may ask`);
  return config ?? (await probe.call('config', ConfigAnswer));
}

const FROM_PAGE = 'Endpoint, from the page';

interface Created {
  upload: CreatedUpload;
  signed: SignedRequest;
}

/** Announces the file and gives the first request that is signed for it. */
async function announce(probe: EndpointProbe, file: TestFile, more: object): Promise<Created> {
  const { name, type, bytes } = file;
  const asked = { id: 'doctor', name, type, sizeBytes: bytes.byteLength, kind: probe.kind, ...more };
  const { uploads } = await probe.call('uploads', UploadsAnswer, { files: [asked] });
  const [upload] = uploads;
  if (upload === undefined) throw new TypeError('the endpoint left out the upload');
  if (!upload.ok) throw new EndpointFault(explainEndpointError(upload.error));
  if (upload.method === 'post')
    return { upload, signed: { method: 'POST', url: upload.url, fields: upload.fields } };
  if (upload.method === 'put')
    return { upload, signed: { method: 'PUT', url: upload.url, headers: upload.headers } };
  const [part] = upload.parts;
  return { upload, signed: { method: 'PUT', url: part?.url ?? '', headers: part?.headers ?? {} } };
}

function send(
  examination: Examination,
  probe: EndpointProbe,
  title: string,
  file: TestFile,
  signed: SignedRequest,
): Promise<ExaminedRequest> {
  return examineRequest(examination, {
    title,
    signed,
    bytes: file.bytes,
    origin: probe.origin,
    attempt: { bucket: bucketOf(signed), region: regionOf(signed), action: 's3:PutObject' },
    needsEtag: title.startsWith(PART),
  });
}

const PART = 'A part of a file';

/** Gives whether it makes sense to go on. */
async function examineSingle(
  examination: Examination,
  probe: EndpointProbe,
  config: ConfigAnswer,
  file: TestFile,
): Promise<boolean> {
  if (file.bytes.byteLength > config.singleRequest.maxSizeBytes) return true;
  const algorithm = config.checksums?.singleRequest ?? null;
  const { upload, signed } = await announce(
    probe,
    file,
    algorithm === null ? {} : { checksum: checksumOfTest(algorithm, file.bytes) },
  );
  const title = signed.method === 'POST' ? 'POST form with a file' : 'PUT of a file';
  const { answer, hopeless } = await send(examination, probe, title, file, signed);
  const at = signedAt(signed);
  if (answer && at !== undefined)
    examineClock(examination, "the endpoint's clock", skewOf(at, answer.headers));
  if (answer)
    await complete(examination, probe, 'Completing a file in one request', { ticket: upload.ticket });
  return !hopeless;
}

async function examineParts(
  examination: Examination,
  probe: EndpointProbe,
  config: ConfigAnswer,
  file: TestFile,
): Promise<boolean> {
  const algorithm = config.checksums?.parts ?? undefined;
  const checksum = algorithm && checksumOfTest(algorithm, file.bytes);
  const inParts = { partSizeBytes: config.multipart.minPartSizeBytes, partChecksums: algorithm };
  if (file.bytes.byteLength > inParts.partSizeBytes) return true;
  const { upload } = await announce(probe, file, inParts);
  const { ticket } = upload;
  const signed = await signPart(probe, ticket, checksum);
  const { answer, hopeless } = await send(examination, probe, PART, file, signed);
  if (answer) await examineOtherHosts(examination, probe, config, file, { ticket, checksum, signed });
  const etag = answer?.headers.get('etag')?.replaceAll('"', '');
  if (etag !== undefined) {
    await probe.call('uploaded-parts', UploadedPartsAnswer, { ticket });
    examination.pass('Listing parts', 'allowed');
    const whole = algorithm === 'md5' ? undefined : checksum;
    const parts = [{ partNumber: 1, etag, checksum }];
    await complete(examination, probe, 'Completing a file in parts', { ticket, parts, checksum: whole });
  }
  const given = etag === undefined ? ticket : (await announce(probe, file, inParts)).upload.ticket;
  await abort(examination, probe, given);
  return !hopeless;
}

/** @param avoid origins of the bucket that it shall not be signed for */
async function signPart(
  probe: EndpointProbe,
  ticket: string,
  checksum: string | undefined,
  avoid: readonly string[] = [],
): Promise<SignedRequest> {
  const uploads = [{ ticket, parts: [{ partNumber: 1, checksum }] }];
  const asked = avoid.length === 0 ? { uploads } : { uploads, avoid };
  const [one] = (await probe.call('parts', PartsAnswer, asked)).uploads;
  if (one === undefined || !one.ok || one.signed.method !== 'multipart')
    throw new EndpointFault(explainEndpointError(one?.ok === false ? one.error : NO_PART));
  const [part] = one.signed.parts;
  if (part === undefined) throw new EndpointFault(explainEndpointError(NO_PART));
  return { method: 'PUT', url: part.url, headers: part.headers };
}

/** The same part once more, by each further host name of the bucket: where the upload is unknown, it is another store. */
async function examineOtherHosts(
  examination: Examination,
  probe: EndpointProbe,
  { hosts = 1 }: ConfigAnswer,
  file: TestFile,
  { ticket, checksum, signed }: { ticket: string; checksum: string | undefined; signed: SignedRequest },
): Promise<void> {
  const seen = [new URL(signed.url).origin];
  while (seen.length < hosts) {
    const other = await signPart(probe, ticket, checksum, seen);
    const { host, origin } = new URL(other.url);
    seen.push(origin);
    const title = `${PART}, to ${host}`;
    await guard(examination, title, () => send(examination, probe, title, file, other));
  }
}

const NO_PART = { code: 'endpoint-answer-invalid', message: 'the endpoint signed no part' };

async function abort(examination: Examination, probe: EndpointProbe, ticket: string): Promise<void> {
  const [one] = (await probe.call('abort', AbortAnswer, { uploads: [{ ticket }] })).uploads;
  if (one?.ok) examination.pass('Giving up a file in parts', 'allowed');
  else if (one) examination.fail('Giving up a file in parts', explainEndpointError(one.error));
}

async function complete(
  examination: Examination,
  probe: EndpointProbe,
  title: string,
  upload: object,
): Promise<void> {
  const [one] = (await probe.call('complete', CompleteAnswer, { uploads: [upload] })).uploads;
  if (one === undefined) return;
  if (!one.ok) {
    examination.fail(title, explainEndpointError(one.error));
    return;
  }
  examination.pass(title, 'the endpoint found it in the bucket');
  if (!(await deleteStored(probe, one.object))) examination.leaveBehind(one.object.key);
}

/** `AKID/20261122/eu-central-1/s3/aws4_request` */
function regionOf(signed: SignedRequest): string {
  const inQuery = new URL(signed.url).searchParams.get('X-Amz-Credential');
  return (signed.fields?.['x-amz-credential'] ?? inQuery ?? '').split('/')[2] ?? '';
}

/** As the form's policy names it; else whichever of host and path looks like it. */
function bucketOf(signed: SignedRequest): string {
  const { hostname, pathname } = new URL(signed.url);
  return pathname.split('/').filter(Boolean)[0] ?? hostname.split('.')[0] ?? hostname;
}
