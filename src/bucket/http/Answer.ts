import type { Readable } from 'node:stream';
import type { S3Error } from '../S3Error.ts';
import { renderXml, type XmlValue } from './renderXml.ts';

export type AnswerHeaders = Readonly<Record<string, string | number | undefined>>;

/** What an operation answers; a stream is opened only when the answer is sent. */
export interface Answer {
  readonly status: number;
  readonly headers?: AnswerHeaders;
  readonly body?: string | (() => Readable);
  /** The `<Code>` of an error. */
  readonly errorCode?: string;
}

/** A 200 with an XML document. */
export function xmlAnswer(root: string, value: XmlValue, headers: AnswerHeaders = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: renderXml(root, value),
  };
}

/** An error the way S3 words it: `<Error>` with Code, Message, its details, Resource and RequestId. */
export function errorAnswer(
  error: S3Error,
  resource: string,
  requestId: string,
  status = error.status,
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: renderXml(
      'Error',
      {
        Code: error.code,
        Message: error.message,
        ...error.details,
        Resource: resource,
        RequestId: requestId,
        HostId: 'local',
      },
      false,
    ),
    errorCode: error.code,
  };
}
