import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export interface Heard {
  status: number;
  body: string;
  /** What the socket had taken when the answer came, and when the connection ended. */
  sentBeforeAnswerBytes: number;
  sentBytes: number;
  /** Until the answer came. */
  milliseconds: number;
  /** Whether the server ended the connection, or we did for want of patience. */
  cutOff: boolean;
}

const GIVE_UP_BYTES = 256 * 1024 * 1024;
const GIVE_UP_MS = 60_000;

/** Sends a body that never ends, as long as the server takes it; in chunks, with a pause after each. */
export function sendWithoutEnd(url: string, chunk: Buffer, pauseMs: number): Promise<Heard> {
  const started = performance.now();
  return new Promise((resolve) => {
    const heard: Heard = {
      status: 0,
      body: '',
      sentBeforeAnswerBytes: 0,
      sentBytes: 0,
      milliseconds: 0,
      cutOff: true,
    };
    const headers = { 'content-type': 'application/json', cookie: 'user=ann' };
    const asked = request(url, { method: 'POST', headers, agent: false }, (answer) => {
      heard.status = answer.statusCode ?? 0;
      heard.sentBeforeAnswerBytes = heard.sentBytes;
      heard.milliseconds = performance.now() - started;
      answer.setEncoding('utf8').on('data', (text) => (heard.body += text));
      answer.on('error', () => {});
    });
    const push = async () => {
      while (!asked.destroyed) {
        const isFlushed = await new Promise<boolean>((flushed) => {
          const gone = () => flushed(false);
          asked.once('close', gone);
          asked.write(chunk, (error) => {
            asked.off('close', gone);
            flushed(!error);
          });
        });
        if (!isFlushed) return;
        heard.sentBytes += chunk.byteLength;
        await (pauseMs > 0 ? pause(pauseMs) : new Promise(setImmediate));
        if (heard.sentBytes > GIVE_UP_BYTES || performance.now() - started > GIVE_UP_MS) {
          heard.cutOff = false;
          asked.destroy();
        }
      }
    };
    asked.on('error', () => {});
    asked.on('close', () => resolve(heard));
    push();
  });
}
