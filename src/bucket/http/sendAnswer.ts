import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { PlannedFault } from '../FaultPlan.ts';
import { ConnectionLost } from '../faults/ConnectionLost.ts';
import { breakBody } from '../faults/tripFault.ts';
import type { Answer, AnswerHeaders } from './Answer.ts';

/**
 * Sends an answer and waits until it has left. `fault` strikes in the middle of a streamed body.
 * @throws ConnectionLost if the client goes away first.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  extra: AnswerHeaders,
  onBytes: (count: number) => void,
  fault?: PlannedFault,
): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries({ ...answer.headers, ...extra })) {
    if (value !== undefined) response.setHeader(name, headerValue(value));
  }
  const { body } = answer;
  if (typeof body !== 'function') {
    if (body !== undefined) response.setHeader('content-length', Buffer.byteLength(body));
    const sent = response.req.method === 'HEAD' ? '' : (body ?? '');
    onBytes(Buffer.byteLength(sent));
    await new Promise<void>((resolve, reject) => {
      const lost = () => reject(new ConnectionLost('before the answer had left'));
      if (response.destroyed) lost();
      response.once('close', lost);
      response.end(sent, resolve);
    });
    return;
  }
  const stream = body();
  const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      onBytes(chunk.length);
      yield chunk;
    }
  };
  const broken = (chunks: AsyncIterable<Buffer>) =>
    fault === undefined
      ? counted(chunks)
      : counted(breakBody(chunks, fault, Number(answer.headers?.['content-length']), response.req.socket));
  try {
    await pipeline(stream, broken, response);
  } catch (cause) {
    response.destroy();
    throw new ConnectionLost('in the middle of an answer', { cause });
  }
}

/** Text outside Latin-1 goes out as its UTF-8 bytes. */
function headerValue(value: string | number): string {
  return Buffer.from(String(value), 'utf8').toString('latin1');
}
