import { CompleteAnswer, type CreatedUpload, UploadsAnswer } from '../protocol/messages.ts';
import { deleteStored } from './deleteStored.ts';
import { EndpointFault, type EndpointProbe, explainEndpointError } from './EndpointProbe.ts';
import type { Examination } from './Examination.ts';
import { type ExaminedRequest, examineRequest, type SignedRequest } from './examineRequest.ts';
import type { TestFile } from './testFile.ts';

interface Announced {
  upload: CreatedUpload;
  signed: SignedRequest;
}

/** A tiny file on its way through an endpoint, step by step as the widget goes. */
export class TestUpload {
  readonly examination: Examination;
  readonly probe: EndpointProbe;
  readonly file: TestFile;

  constructor(examination: Examination, probe: EndpointProbe, file: TestFile) {
    this.examination = examination;
    this.probe = probe;
    this.file = file;
  }

  /**
   * Announces the file and gives the first request that is signed for it.
   *
   * @throws EndpointFault if the endpoint refuses it
   */
  async announce(more: object): Promise<Announced> {
    const { probe } = this;
    const { name, type, bytes } = this.file;
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

  /** Sends the file to the bucket, with its preflight. */
  send(title: string, signed: SignedRequest, { needsEtag = false } = {}): Promise<ExaminedRequest> {
    return examineRequest(this.examination, {
      title,
      signed,
      bytes: this.file.bytes,
      origin: this.probe.origin,
      attempt: { bucket: bucketOf(signed), region: regionOf(signed), action: 's3:PutObject' },
      needsEtag,
    });
  }

  /** Has the endpoint find the file in the bucket, and delete it there if it gives links for that. */
  async complete(title: string, upload: object): Promise<void> {
    const { examination, probe } = this;
    const [one] = (await probe.call('complete', CompleteAnswer, { uploads: [upload] })).uploads;
    if (one === undefined) return;
    if (!one.ok) {
      examination.fail(title, explainEndpointError(one.error));
      return;
    }
    examination.pass(title, 'the endpoint found it in the bucket');
    if (!(await deleteStored(probe, one.object))) examination.leaveBehind(one.object.key);
  }
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
