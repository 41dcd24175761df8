import type { DiagnosisCode } from '../transfer/Diagnosis.ts';
import type { TransferErrorCode } from '../transfer/TransferErrorCode.ts';

/** `error.…` says what happened, `hint.…` what the person can do about it. */
export type TransferStringKey = `error.${TransferErrorCode}` | `hint.${TransferErrorCode}`;
/** What was found out about a request that died without an answer. */
type DiagnosisStringKey = `found.${DiagnosisCode}`;

export type DirectUploadStrings = Record<TransferStringKey | DiagnosisStringKey, string> & {
  'error.remote-file': string;
  'hint.remote-file': string;
  moreFilesFailed: Record<0 | 1, string>;
};

const strings = {
  'error.bad-request': 'The server did not understand the request.',
  'hint.bad-request': 'Reload the page and try again. If it happens again, tell the site’s owner.',
  'error.unauthorized': 'You are not signed in, or your session has ended.',
  'hint.unauthorized': 'Sign in again, then try again.',
  'error.forbidden': 'You may not upload files here.',
  'hint.forbidden': 'Ask the site’s owner for access.',
  'error.ticket-invalid': 'The server no longer recognizes this upload.',
  'hint.ticket-invalid': 'Try again: the upload starts anew.',
  'error.ticket-expired': 'This upload took longer than the server allows.',
  'hint.ticket-expired': 'Try again: the upload starts anew.',
  'error.not-found': 'There is no upload service at the address that this page uses.',
  'hint.not-found': 'Tell the site’s owner: the address of the upload endpoint is wrong.',
  'error.method-not-allowed': 'The address that this page uses does not accept uploads.',
  'hint.method-not-allowed': 'Tell the site’s owner: the address of the upload endpoint is wrong.',
  'error.body-too-large': 'The server refused the request because it was too large.',
  'hint.body-too-large': 'Upload fewer files at a time, or give them shorter names.',
  'error.unsupported-media-type': 'The server did not accept the form of the request.',
  'hint.unsupported-media-type': 'Reload the page and try again. If it happens again, tell the site’s owner.',
  'error.too-many-requests': 'The server asks to slow down.',
  'hint.too-many-requests': 'Wait a minute, then try again.',
  'error.file-too-large': 'The file is larger than this site accepts.',
  'hint.file-too-large': 'Choose a smaller file.',
  'error.file-too-small': 'The file is smaller than this site accepts.',
  'hint.file-too-small': 'Check that the file is not empty or cut off.',
  'error.type-not-allowed': 'This site does not accept files of this type.',
  'hint.type-not-allowed': 'Choose a file of another type.',
  'error.name-not-allowed': 'The file’s name cannot be stored.',
  'hint.name-not-allowed': 'Give the file a shorter, simpler name, then add it again.',
  'error.metadata-not-allowed': 'The server refused the details that were sent along with the file.',
  'hint.metadata-not-allowed': 'Tell the site’s owner.',
  'error.file-refused': 'The site refused this file. %{reason}',
  'hint.file-refused': 'Choose another file.',
  'error.kind-unknown': 'This page asks for a kind of upload that the server does not offer.',
  'hint.kind-unknown': 'Tell the site’s owner.',
  'error.quota-exceeded': 'There is no room left for this file.',
  'hint.quota-exceeded': 'Delete files that you no longer need, or ask the site’s owner for more room.',
  'error.key-taken': 'There already is a file of this name, and it is not to be replaced.',
  'hint.key-taken': 'Give the file another name, then add it again.',
  'error.upload-gone': 'The unfinished upload was removed from the storage.',
  'hint.upload-gone': 'Try again: the upload starts anew.',
  'error.parts-incomplete': 'Some pieces of the file did not arrive in the storage.',
  'hint.parts-incomplete': 'Try again: only the missing pieces are sent.',
  'error.part-refused': 'The storage refused a piece of the file.',
  'hint.part-refused': 'Try again.',
  'error.object-missing': 'The file was sent, but it is not in the storage.',
  'hint.object-missing': 'Try again.',
  'error.object-mismatch': 'What was stored is not what was sent.',
  'hint.object-mismatch': 'Check that nobody changes the file meanwhile, then try again.',
  'error.store-refused': 'The storage refused the server’s request.',
  'hint.store-refused': 'Tell the site’s owner: the bucket or its access key needs attention.',
  'error.store-unavailable': 'The storage is not available at the moment.',
  'hint.store-unavailable': 'Wait a minute, then try again.',
  'error.internal': 'Something went wrong on the server.',
  'hint.internal': 'Try again. If it happens again, tell the site’s owner.',
  'error.endpoint-unreachable': 'The server cannot be reached.',
  'hint.endpoint-unreachable': 'Check your internet connection, then try again.',
  'error.endpoint-answer-invalid': 'The server answered with something that is not an upload service.',
  'hint.endpoint-answer-invalid':
    'Reload the page and try again. If it happens again, tell the site’s owner.',
  'error.bucket-unreachable': 'The storage cannot be reached.',
  'hint.bucket-unreachable':
    'Check your internet connection, then try again. A firewall or an ad blocker may be in the way.',
  'error.bucket-cors': 'The storage does not let this page send files.',
  'hint.bucket-cors': 'Tell the site’s owner: the bucket’s CORS rules must allow this page.',
  'error.bucket-refused': 'The storage refused the file (%{reason}).',
  'hint.bucket-refused': 'Try again. If it happens again, tell the site’s owner.',
  'error.bucket-failed': 'The storage failed several times.',
  'hint.bucket-failed': 'Wait a minute, then try again.',
  'error.etag-hidden': 'The storage took the file, but keeps its receipt hidden from this page.',
  'hint.etag-hidden': 'Tell the site’s owner: the bucket’s CORS rules must expose the ETag header.',
  'error.stalled': 'The connection stalled: no data moved for too long.',
  'hint.stalled': 'Check your internet connection, then try again: what was sent is kept.',
  'error.file-changed': 'The file was changed, moved or deleted since you chose it.',
  'hint.file-changed': 'Remove it from the list and choose it again.',
  'error.canceled': 'The upload was canceled.',
  'hint.canceled': 'Add the file again to upload it.',
  'error.remote-file': 'This file lies on another service and cannot be sent from this browser.',
  'hint.remote-file': 'Download it first, then add it from your device.',
  'found.offline': 'This device is offline.',
  'found.bucket-silent': '%{bucket} does not answer.',
  'found.bucket-origin': 'No CORS rule of %{bucket} is for pages of %{origin}.',
  'found.bucket-method': 'The CORS rules of %{bucket} do not allow %{method} from %{origin}.',
  'found.bucket-headers': 'The CORS rules of %{bucket} do not allow %{headers} with %{method}.',
  'found.bucket-cut':
    '%{bucket} lets this page send, but the request was cut off on its way, or its signature was refused.',
  'found.endpoint-silent': '%{host} does not answer.',
  'found.endpoint-origin': '%{host} does not let pages of %{origin} ask (CORS).',
  'found.endpoint-preflight': '%{host} does not let pages of %{origin} send what they have to (CORS).',
  'found.endpoint-cut': '%{host} answers, but the request was cut off on its way.',
  moreFilesFailed: {
    0: '%{smart_count} more file could not be uploaded',
    1: '%{smart_count} more files could not be uploaded',
  },
} satisfies DirectUploadStrings;

/** What the plugin says, in English. A pack for another language has the same keys. */
export const locale: { strings: DirectUploadStrings } = { strings };
