import { AbortAnswer, type ConfigAnswer, PartsAnswer, UploadedPartsAnswer } from '../protocol/messages.ts';
import { EndpointFault, type EndpointProbe, explainEndpointError } from './EndpointProbe.ts';
import type { SignedRequest } from './examineRequest.ts';
import { guard } from './guard.ts';
import type { TestUpload } from './TestUpload.ts';
import { checksumOfTest } from './testChecksum.ts';

const PART = 'A part of a file';
const NO_PART = { code: 'endpoint-answer-invalid', message: 'the endpoint signed no part' };

/**
 * Uploads the file in parts, of which it has one, by each host name of the bucket, and gives another one up.
 *
 * @returns whether it makes sense to go on
 */
export async function examineParts(test: TestUpload, config: ConfigAnswer): Promise<boolean> {
  const { examination, probe, file } = test;
  const algorithm = config.checksums?.parts ?? undefined;
  const checksum = algorithm && checksumOfTest(algorithm, file.bytes);
  const inParts = { partSizeBytes: config.multipart.minPartSizeBytes, partChecksums: algorithm };
  if (file.bytes.byteLength > inParts.partSizeBytes) return true;
  const { upload } = await test.announce(inParts);
  const { ticket } = upload;
  const signed = await signPart(probe, ticket, checksum);
  const { answer, hopeless } = await test.send(PART, signed, { needsEtag: true });
  if (answer) await examineOtherHosts(test, config, { ticket, checksum, signed });
  const etag = answer?.headers.get('etag')?.replaceAll('"', '');
  if (etag !== undefined) {
    await probe.call('uploaded-parts', UploadedPartsAnswer, { ticket });
    examination.pass('Listing parts', 'allowed');
    const whole = algorithm === 'md5' ? undefined : checksum;
    const parts = [{ partNumber: 1, etag, checksum }];
    await test.complete('Completing a file in parts', { ticket, parts, checksum: whole });
  }
  await abort(test, etag === undefined ? ticket : (await test.announce(inParts)).upload.ticket);
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
  test: TestUpload,
  { hosts = 1 }: ConfigAnswer,
  { ticket, checksum, signed }: { ticket: string; checksum: string | undefined; signed: SignedRequest },
): Promise<void> {
  const seen = [new URL(signed.url).origin];
  while (seen.length < hosts) {
    const other = await signPart(test.probe, ticket, checksum, seen);
    const { host, origin } = new URL(other.url);
    seen.push(origin);
    const title = `${PART}, to ${host}`;
    await guard(test.examination, title, () => test.send(title, other, { needsEtag: true }));
  }
}

async function abort({ examination, probe }: TestUpload, ticket: string): Promise<void> {
  const [one] = (await probe.call('abort', AbortAnswer, { uploads: [{ ticket }] })).uploads;
  if (one?.ok) examination.pass('Giving up a file in parts', 'allowed');
  else if (one) examination.fail('Giving up a file in parts', explainEndpointError(one.error));
}
