// #region readme
import type { AwsS3Options } from '@uppy/aws-s3';

type SignRequest = Extract<AwsS3Options<never, never>, { signRequest: unknown }>['signRequest'];

/** For `new Uppy().use(AwsS3, { signRequest })`; the endpoint has `dialects: ['sign-request']`. */
export const signRequest: SignRequest = async (request) => {
  const response = await fetch('/api/uploads/sign', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
};
// #endregion
