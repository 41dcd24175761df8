import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { authenticate } from './auth/authenticate.ts';
import { openBody } from './body/openBody.ts';
import { answerPreflight } from './cors/answerPreflight.ts';
import { matchCors } from './cors/matchCors.ts';
import { type StruckFaults, UNHARMED } from './FaultPlan.ts';
import { ConnectionLost } from './faults/ConnectionLost.ts';
import { pause } from './faults/pause.ts';
import { breakBody, strikesInBody, tripFault } from './faults/tripFault.ts';
import { type Answer, type AnswerHeaders, errorAnswer } from './http/Answer.ts';
import { parseTarget, type Target } from './http/parseTarget.ts';
import { type Operation, routeOperation } from './http/routeOperation.ts';
import { S3Request } from './http/S3Request.ts';
import { sendAnswer } from './http/sendAnswer.ts';
import type { OpenContext } from './operations/Context.ts';
import { operations } from './operations/operations.ts';
import { postObject } from './operations/postObject.ts';
import type { RequestLogEntry } from './RequestLog.ts';
import { S3Error } from './S3Error.ts';
import type { Services } from './Services.ts';

/** One request and its answer, with whatever is planned to go wrong in between. */
export class Exchange {
  readonly #services: Services;
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #entry: RequestLogEntry;
  #cors: AnswerHeaders = {};
  #faults: StruckFaults = UNHARMED;
  #bodyOpened = false;

  constructor(
    services: Services,
    incoming: IncomingMessage,
    response: ServerResponse,
    entry: RequestLogEntry,
  ) {
    this.#services = services;
    this.#incoming = incoming;
    this.#response = response;
    this.#entry = entry;
  }

  async run(): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.#answer();
    } catch (error) {
      if (error instanceof ConnectionLost) throw error;
      answer = this.#refuse(error);
    }
    const { breaking } = this.#faults;
    if (breaking?.fault === 'lost-answer') await tripFault(breaking, this.#incoming.socket);
    await this.#send(answer);
  }

  async #answer(): Promise<Answer> {
    const { method = 'GET', url = '/', headers } = this.#incoming;
    const target = parseTarget(url, headers.host);
    this.#entry.bucket = target.bucket;
    this.#entry.key = target.key;
    // A browser has to be able to read even the refusal of a request that makes no sense.
    this.#cors = this.#matchCors(target, method);
    const operation = routeOperation(method, target);
    this.#entry.operation = operation;
    this.#strike(target, operation);
    if (this.#faults.delayMs > 0) await pause(this.#faults.delayMs, this.#incoming.socket);
    const early = await this.#breakEarly();
    if (early !== undefined) return early;
    if (operation === 'Preflight') return this.#answerPreflight(target);
    const { store, identity, minPartBytes, now } = this.#services;
    const request = new S3Request(this.#incoming, this.#entry.id, target, operation, now());
    const context: OpenContext = { request, store, identity, minPartBytes, body: () => this.#body() };
    if (operation === 'PostObject') return postObject(context);
    return operations[operation]({ ...context, auth: authenticate(request, identity) });
  }

  #strike(target: Target, operation: Operation): void {
    const part = Number(target.query.get('partNumber') ?? Number.NaN);
    if (!Number.isNaN(part)) this.#entry.partNumber = part;
    this.#faults = this.#services.faults.strike({
      operation,
      key: target.key,
      partNumber: Number.isNaN(part) ? undefined : part,
      ...(operation === 'Preflight' && { announced: announced(this.#incoming, target) }),
      resends: wouldResend(this.#incoming),
    });
    if (this.#faults.drop) {
      this.#entry.dropped = true;
      this.#incoming.socket.resetAndDestroy();
      throw new ConnectionLost('before a break that is planned');
    }
    const { breaking } = this.#faults;
    if (breaking?.fault === 'stall' && breaking.delayMs === undefined)
      this.#services.log.setAside(this.#entry);
    if (this.#faults.kinds.length > 0) this.#entry.faults = this.#faults.kinds;
    if (this.#faults.noCors) this.#cors = {};
    if (this.#faults.hideExpose) this.#cors = { ...this.#cors, 'access-control-expose-headers': undefined };
  }

  #answerPreflight(target: Target): Answer {
    const { headers } = this.#incoming;
    return answerPreflight(this.#faults.noCors ? undefined : this.#services.store.find(target.bucket)?.cors, {
      origin: headers.origin,
      method: headers['access-control-request-method'],
      headers: headers['access-control-request-headers'],
      resource: target.key === '' ? 'BUCKET' : 'OBJECT',
    });
  }

  /** Faults that strike before anything is done; those in a body wait for it, if there is one. */
  async #breakEarly(): Promise<Answer | undefined> {
    const { breaking } = this.#faults;
    if (breaking === undefined || breaking.fault === 'lost-answer') return undefined;
    if (breaking.fault === 'error-in-200') {
      for await (const _ of this.#body());
      return errorAnswer(new S3Error('InternalError'), this.#resource(), this.#entry.id, 200);
    }
    const { headers } = this.#incoming;
    const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
    const later = strikesInBody(breaking) && (hasBody || this.#entry.operation === 'GetObject');
    if (!later) await tripFault(breaking, this.#incoming.socket);
    return undefined;
  }

  #body(): AsyncIterable<Buffer> {
    this.#bodyOpened = true;
    if (this.#incoming.headers.expect?.toLowerCase() === '100-continue') this.#response.writeContinue();
    const body = openBody(this.#incoming, this.#services.throttle, (count) => {
      this.#entry.bytesIn += count;
    });
    const { breaking } = this.#faults;
    if (breaking === undefined || !strikesInBody(breaking)) return body;
    const length = this.#incoming.headers['content-length'];
    return breakBody(
      body,
      breaking,
      length === undefined ? undefined : Number(length),
      this.#incoming.socket,
    );
  }

  #matchCors(target: Target, method: string): AnswerHeaders {
    const { origin } = this.#incoming.headers;
    const rules = this.#services.store.find(target.bucket)?.cors;
    if (origin === undefined || rules === undefined || method === 'OPTIONS') return {};
    return matchCors(rules, { origin, method, headers: [] }) ?? {};
  }

  #refuse(error: unknown): Answer {
    if (!(error instanceof S3Error)) this.#entry.failure = describeError(error);
    const known = error instanceof S3Error ? error : new S3Error('InternalError');
    return errorAnswer(known, this.#resource(), this.#entry.id);
  }

  #resource(): string {
    const { bucket, key } = this.#entry;
    return `/${bucket}${key === '' ? '' : `/${key}`}`;
  }

  async #send(answer: Answer): Promise<void> {
    const { breaking } = this.#faults;
    // Nobody told the client to go on, so its body never comes, and the connection is of no further use.
    const unsentBody = this.#incoming.headers.expect !== undefined && !this.#bodyOpened;
    const last = unsentBody || answer.errorCode === 'RequestTimeout';
    const extra: AnswerHeaders = {
      date: new Date(this.#services.now()).toUTCString(),
      'x-amz-request-id': this.#entry.id,
      'x-amz-id-2': 'local',
      server: 'BucketDrop local bucket',
      ...this.#cors,
      ...(last && { connection: 'close' }),
    };
    this.#entry.status = answer.status;
    if (answer.errorCode !== undefined) this.#entry.errorCode = answer.errorCode;
    const inAnswer =
      this.#entry.operation === 'GetObject' && breaking && strikesInBody(breaking) ? breaking : undefined;
    const count = (bytes: number) => {
      this.#entry.bytesOut += bytes;
    };
    drain(this.#incoming);
    await sendAnswer(this.#response, answer, extra, count, inAnswer);
  }
}

const usedSockets = new WeakSet<Socket>();

/** Browsers send again what was lost on a connection that had served them before. */
function wouldResend({ socket, headers }: IncomingMessage): boolean {
  const used = usedSockets.has(socket);
  usedSockets.add(socket);
  return used && headers['user-agent']?.startsWith('Mozilla/') === true;
}

/** What the browser is about to do, as its preflight announces it. */
function announced(incoming: IncomingMessage, target: Target): Operation | undefined {
  try {
    return routeOperation(incoming.headers['access-control-request-method'] ?? '', target);
  } catch {
    return undefined;
  }
}

/** Takes and drops what is left of a body, or a browser that is still sending would not get to read the answer. */
function drain(incoming: IncomingMessage): void {
  // Whoever was reading has stopped; its listener would keep the bytes from flowing.
  incoming.removeAllListeners('readable');
  setImmediate(() => incoming.resume());
}

export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
