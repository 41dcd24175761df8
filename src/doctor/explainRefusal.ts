import type { Finding, Fix } from './Report.ts';

/** What a store said in an answer that is not a success. */
export interface Refusal {
  status: number;
  /** S3's own word, such as `AccessDenied`; empty where the answer has none. */
  code: string;
  message: string;
  /** The bucket's region, where the store says it. */
  region: string | undefined;
}

/** What the request was for. */
export interface Attempt {
  bucket: string;
  region: string;
  /** The permission that it needs, such as `s3:PutObject`. */
  action: string;
  /** How far the clock that signed is ahead of the store's. */
  clockSkewMs?: number | undefined;
}

/** From then on signatures are refused, or live for a few minutes only. S3 itself allows 15. */
export const CLOCK_LIMIT_MS = 5 * 60_000;

const inXml = (body: string, name: string) => new RegExp(`<${name}>([^<]{1,500})</${name}>`).exec(body)?.[1];

/** Undefined for a success. A 200 can carry an error as well. */
export function readRefusal(answer: { status: number; headers: Headers; body: string }): Refusal | undefined {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300 && !/<Error>/.test(body)) return undefined;
  const message = inXml(body, 'Message') ?? '';
  return {
    status,
    code: inXml(body, 'Code') ?? '',
    message,
    region:
      headers.get('x-amz-bucket-region') ??
      inXml(body, 'Region') ??
      /expecting '([a-z0-9-]+)'/.exec(message)?.[1],
  };
}

/**
 * Why the store refused. The order matters: a wrong clock makes stores say "access denied", and Ceph says so to nearly
 * everything.
 */
export function explainRefusal(refusal: Refusal, attempt: Attempt): Finding {
  const { status, code, message } = refusal;
  const said = `${status} ${code}`.trim();
  const { bucket, region, clockSkewMs = 0 } = attempt;
  if (Math.abs(clockSkewMs) > CLOCK_LIMIT_MS || isAboutTime(refusal)) return clockFinding(clockSkewMs);
  if (code === 'NoSuchBucket')
    return {
      cause: 'bucket-missing',
      message: `There is no bucket "${bucket}" at this store.`,
      fixes: [
        { say: 'Make it, or correct its name:', paste: `aws s3api create-bucket --bucket ${bucket}` },
        { say: 'If it is there: is it asked for in the right way (path style or virtual host)?' },
      ],
    };
  if (isAboutRegion(refusal, region))
    return {
      cause: 'wrong-region',
      message: `The bucket is in ${refusal.region ?? 'another region'}, and the requests are signed for ${region}.`,
      fixes: [{ say: `Set AWS_REGION (or \`store.region\`) to ${refusal.region ?? 'the bucket’s region'}.` }],
    };
  switch (code) {
    case 'SignatureDoesNotMatch':
      return {
        cause: 'wrong-secret',
        message: `The secret access key does not belong to the access key (${said}).`,
        fixes: [
          {
            say: 'Check AWS_SECRET_ACCESS_KEY: no space or line end at its ends, and not of another key. If it is right, something between here and the store changes the requests (a proxy that rewrites Host or paths).',
          },
        ],
      };
    case 'InvalidAccessKeyId':
      return {
        cause: 'wrong-key',
        message: `The store does not know the access key (${said}).`,
        fixes: [{ say: 'Check AWS_ACCESS_KEY_ID, and that it is a key of this store.' }],
      };
    case 'ExpiredToken':
    case 'InvalidToken':
      return {
        cause: 'wrong-token',
        message: `The store does not take the session token (${said}).`,
        fixes: [{ say: 'Get new temporary credentials: AWS_SESSION_TOKEN goes with its own key.' }],
      };
    default:
  }
  if (status === 401 || status === 403) return deniedFinding(attempt, said);
  if (status >= 500 || status === 429)
    return {
      cause: 'store-failed',
      message: `The store failed: ${said} ${message}`.trim(),
      fixes: [{ say: 'Try again later.' }],
    };
  return { cause: 'store-refused', message: `The store refused: ${said} ${message}`.trim() };
}

function isAboutTime({ code, message }: Refusal): boolean {
  return (
    code === 'RequestTimeTooSkewed' ||
    (code === 'AccessDenied' && /has expired|not valid yet|policy expired/i.test(message))
  );
}

function isAboutRegion({ status, code, message, region }: Refusal, signedFor: string): boolean {
  if (['PermanentRedirect', 'TemporaryRedirect', 'IllegalLocationConstraintException'].includes(code))
    return true;
  if (status === 301 || status === 307) return true;
  if (region !== undefined && region !== signedFor) return true;
  return /^Authorization(Header|Query)/.test(code) && /region/i.test(message);
}

/** @param skewMs how far the clock that signed is ahead of the store's */
export function clockFinding(skewMs: number): Finding {
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  const off = minutes === 0 ? 'off' : `${minutes} minutes ${skewMs > 0 ? 'ahead of' : 'behind'} the store's`;
  return {
    cause: 'clock',
    message: `The clock of the machine that signs is ${off}: signatures are refused or end at once.`,
    fixes: [{ say: 'Set that machine’s clock by NTP:', paste: 'sudo timedatectl set-ntp true' }],
  };
}

function deniedFinding({ bucket, action }: Attempt, said: string): Finding {
  const resource = action === 's3:ListBucket' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/*`;
  const statement = { Effect: 'Allow', Action: [action], Resource: resource };
  const fixes: Fix[] = [
    { say: 'Add this statement to the IAM policy of the key:', paste: JSON.stringify(statement, null, 2) },
    { say: 'and see that no statement of the bucket policy denies it.' },
  ];
  return { cause: 'denied', message: `The key lacks the permission ${action} (${said}).`, fixes };
}
