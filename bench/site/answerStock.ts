import { chooseKey, type SiteCall } from './SiteCall.ts';

interface PresignableRequest {
  method: string;
  key: string;
  uploadId?: string;
  partNumber?: number;
  contentType?: string;
}

/** The call behind the stock plugin's `signRequest`. */
const sign: SiteCall = async ({ run, signer }, request: PresignableRequest) => {
  const { method, uploadId, partNumber } = request;
  const key = request.key.startsWith(`${run}/`) ? request.key : chooseKey(run, request.key);
  const query: Record<string, string> = {};
  if (uploadId !== undefined) query.uploadId = uploadId;
  else if (method === 'POST') query.uploads = '';
  if (partNumber !== undefined) query.partNumber = String(partNumber);
  return { url: signer.presign(method, key, query), key };
};

const signForm: SiteCall = async (context, request: PresignableRequest) => {
  const isWholeFile = request.method === 'PUT' && request.uploadId === undefined;
  if (!isWholeFile) return sign(context, request);
  const type = request.contentType ?? 'application/octet-stream';
  return context.signer.form(chooseKey(context.run, request.key), type);
};

export const answerStock: Record<string, SiteCall> = { sign, 'sign-form': signForm };
