import { S3Error, type S3ErrorCode } from '../S3Error.ts';
import type { Identity } from './Credentials.ts';
import type { SigningScope } from './signature.ts';

/** How a refusal is worded where the credential was found: in the header, the query or a form. */
export interface CredentialWords {
  readonly code: S3ErrorCode;
  readonly prefix: string;
}

export const HEADER_WORDS: CredentialWords = {
  code: 'AuthorizationHeaderMalformed',
  prefix: 'The authorization header is malformed;',
};

export const QUERY_WORDS: CredentialWords = {
  code: 'AuthorizationQueryParametersError',
  prefix: 'Error parsing the X-Amz-Credential parameter;',
};

/**
 * Reads `{access key}/{date}/{region}/{service}/aws4_request` and holds it against this bucket.
 * @throws S3Error for a wrong form, date, region or service (400, worded by `words`), InvalidAccessKeyId (403).
 */
export function checkCredential(
  credential: string,
  time: string,
  identity: Identity,
  words: CredentialWords,
): SigningScope {
  const refuse = (reason: string, details = {}): never => {
    throw new S3Error(words.code, `${words.prefix} ${reason}`, details);
  };
  const match = /^(.+)\/([^/]+)\/([^/]*)\/([^/]+)\/([^/]+)$/.exec(credential);
  if (match === null) {
    return refuse(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  const [, accessKeyId, date, region, service, terminator] = match as unknown as Required<
    [string, string, string, string, string, string]
  >;
  if (!/^\d{8}$/.test(date))
    refuse(`incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`);
  if (region !== identity.region) {
    refuse(`the region '${region}' is wrong; expecting '${identity.region}'`, { Region: identity.region });
  }
  if (service !== 's3') refuse(`incorrect service "${service}". This endpoint belongs to "s3".`);
  if (terminator !== 'aws4_request') {
    refuse(`incorrect terminal "${terminator}". This endpoint uses "aws4_request".`);
  }
  if (date !== time.slice(0, 8)) {
    refuse(
      `Invalid credential date "${date}". This date is not the same as X-Amz-Date: "${time.slice(0, 8)}".`,
    );
  }
  if (accessKeyId !== identity.credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: accessKeyId });
  }
  return { date, region, service };
}

/** Milliseconds of `YYYYMMDDTHHMMSSZ`, undefined for anything else. */
export function parseAmzDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** @throws S3Error InvalidToken unless the request's session token is the one these credentials have, or none. */
export function checkToken(token: string | undefined, identity: Identity): void {
  if (token !== identity.credentials.sessionToken) throw new S3Error('InvalidToken');
}
