import { backoffDelay } from './backoffDelay.ts';
import type { Pass } from './Circuit.ts';
import { isKnownToBeKeptOut } from './diagnosis/diagnoseOnce.ts';
import type { Engine } from './Engine.ts';
import type { Turn } from './PaceGate.ts';
import { type FailureKind, RequestFailure } from './RequestFailure.ts';
import { RETRY_POLICY } from './retryPolicy.ts';
import { sleep } from './sleep.ts';
import type { Upload } from './Upload.ts';
import { type Fresh, isFresh } from './UploadSession.ts';

/** One try of a request. */
export interface Sending {
  /** To be told how many of the file's bytes were sent so far. */
  moved: (loadedBytes: number) => void;
  /** How many times longer than usual it may stand still. */
  patience: number;
  /** Stops it. */
  signal: AbortSignal;
}

export interface RetriedRequest<Signed extends { url: string }, Result> {
  /** Who goes first when lanes are short: the lowest. */
  rank: number;
  signal: AbortSignal;
  /** @param refused the signature that the store did not accept, where that is why */
  sign: (refused?: Fresh<Signed>) => Promise<Fresh<Signed>>;
  /** Shows its progress as the pace has it. */
  upload?: Upload;
  /** How many bytes of the file it carries. */
  sizeBytes: number;
  send: (signed: Signed, sending: Sending) => Promise<Result>;
  /** Looks behind a failure that the browser does not explain; gives it back if there is nothing to see. */
  explain: (failure: RequestFailure) => Promise<RequestFailure>;
  /** Asks whether it arrived all the same, although the answer did not. */
  findStored?: () => Promise<Result | undefined>;
}

/** Times the usual wait. */
const LONGEST_PATIENCE = 4;

/**
 * Sends one request in a lane of its own, as often as the retry policy has it.
 *
 * @throws RequestFailure the last one; BucketDropError when the endpoint would not sign; the signal's reason
 */
export async function sendWithRetry<Signed extends { url: string }, Result>(
  engine: Pick<Engine, 'lanes' | 'hosts' | 'retry' | 'circuit' | 'pace'>,
  request: RetriedRequest<Signed, Result>,
): Promise<Result> {
  const { signal } = request;
  let fresh: Fresh<Signed> | undefined;
  let refused: Fresh<Signed> | undefined;
  let mayBeStored = false;
  let host = '';
  let isElsewhere = false;
  const failuresOf = new Map<FailureKind, number>();
  let failures = 0;
  let begunAt = 0;
  let patience = 1;
  const left = new Set<string>();
  /** Whether it has not been at another host name of the bucket yet: what this one did says nothing of that. */
  const goElsewhere = () => {
    if (left.has(host) || !engine.hosts.leave(host)) return false;
    left.add(host);
    failures = 0;
    failuresOf.clear();
    return true;
  };
  for (;;) {
    // Signed before a lane is taken, so that no lane idles over a round trip to the endpoint.
    if (!mayBeStored && !isFresh(fresh)) fresh = await request.sign(refused);
    if (fresh) host = new URL(fresh.signed.url).origin;
    const { turn, release } = await takeLane(engine, request, host);
    // While it waited, others found out. An endpoint may have no other host, so that one try must do.
    if (fresh && !isElsewhere && engine.hosts.isAvoided(host)) {
      release();
      isElsewhere = true;
      refused = fresh;
      fresh = undefined;
      continue;
    }
    isElsewhere = false;
    let failure: RequestFailure;
    try {
      const pass = await engine.circuit.enter(signal);
      try {
        if (!turn.holds) continue;
        const stored = mayBeStored ? await request.findStored?.() : undefined;
        mayBeStored = false;
        if (stored !== undefined) return stored;
        if (!isFresh(fresh)) fresh = await request.sign(refused);
        host = new URL(fresh.signed.url).origin;
        signal.throwIfAborted();
        const { signed } = fresh;
        begunAt = performance.now();
        let sentBytes = 0;
        const count = (loadedBytes: number) => {
          engine.lanes.moved(loadedBytes - sentBytes);
          sentBytes = loadedBytes;
        };
        const result = await turn.send(request.upload, request.sizeBytes, (moved) =>
          request.send(signed, {
            moved: (loadedBytes) => {
              count(loadedBytes);
              moved(loadedBytes);
            },
            patience,
            signal,
          }),
        );
        // Without progress events, only now.
        count(request.sizeBytes);
        pass.succeeded();
        engine.lanes.succeeded();
        engine.hosts.answered(host);
        return result;
      } catch (error) {
        if (!(error instanceof RequestFailure)) throw error;
        failure = error;
        if (error.status > 0) engine.hosts.answered(host);
        tell(pass, error, engine.hosts.isHeardElsewhere(host));
        // An outage says nothing of how much the store bears.
        if (!engine.circuit.isOpen) engine.lanes.failed(error.kind, begunAt);
      } finally {
        pass.stopped();
      }
    } finally {
      release();
    }
    // A system that takes in megabytes before a slow line looks like one that stands still: so it cannot go on for ever.
    if (failure.kind === 'stalled') patience = Math.min(LONGEST_PATIENCE, patience * 2);
    failure = await request.explain(failure);
    if (failure.status === 0 && failure.kind !== 'file-changed') engine.hosts.wasSilent(host);
    const { action, attempts = engine.retry.attempts, atOnce, outage } = RETRY_POLICY[failure.kind];
    if (action === 'give-up' || action === 'restart') throw failure;
    // Nothing of this page has ever come through, and nothing will: waiting for all to fail would be waiting for minutes.
    if (failure.status === 0 && !engine.circuit.hasWorked && isKnownToBeKeptOut(failure.asDeadRequest())) {
      if (!goElsewhere()) {
        engine.circuit.giveUp(failure);
        throw failure;
      }
    }
    refused = action === 're-sign' && failure.status === 403 ? fresh : undefined;
    if (action !== 'retry') fresh = undefined;
    mayBeStored = action === 'list-parts';
    // What hits all requests alike is not counted against one of them.
    if (outage && engine.circuit.isPatient) continue;
    failures++;
    // A rule's own limit counts its own failures: a line that was gone before says nothing of a signature.
    const ofThisKind = (failuresOf.get(failure.kind) ?? 0) + 1;
    failuresOf.set(failure.kind, ofThisKind);
    const isOver = ofThisKind >= attempts || failures >= engine.retry.attempts;
    if (isOver || (outage && engine.circuit.isHopeless)) {
      if (failure.status === 0 && goElsewhere()) continue;
      if (outage) engine.circuit.giveUp(failure);
      throw failure;
    }
    // While the circuit is open, it says who tries next and when.
    if (engine.circuit.isOpen || (atOnce && ofThisKind === 1)) continue;
    await sleep(backoffDelay(failures, engine.retry, failure.retryAfterSeconds), signal);
  }
}

/** Its turn comes first, so that no lane is held for who only waits for the time to go. */
async function takeLane(
  engine: Pick<Engine, 'lanes' | 'pace'>,
  { rank, signal }: { rank: number; signal: AbortSignal },
  host: string,
): Promise<{ turn: Turn; release: () => void }> {
  const turn = await engine.pace.enter(rank, signal);
  try {
    const leave = await engine.lanes.acquire(rank, signal, host);
    const release = () => {
      leave();
      turn.end();
    };
    return { turn, release };
  } catch (error) {
    turn.end();
    throw error;
  }
}

/** @param isHeardElsewhere the silence of one host is no outage while another one answers */
function tell(pass: Pass, failure: RequestFailure, isHeardElsewhere: boolean): void {
  if (failure.status === 0 && isHeardElsewhere) return;
  if (RETRY_POLICY[failure.kind].outage) pass.failed(failure.retryAfterSeconds);
  else if (failure.status > 0) pass.answered();
}
