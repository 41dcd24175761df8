import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFile, type TestFile } from '../e2e/support/makeFile.ts';
import { castSpell } from './castSpell.ts';
import { checkBucket, unfinishedUploads } from './checkBucket.ts';
import { giveUp } from './giveUp.ts';
import { Person } from './Person.ts';
import { RequestFaults } from './RequestFaults.ts';
import { RunLog } from './RunLog.ts';
import type { RunPlan } from './RunPlan.ts';
import type { RunResult } from './RunResult.ts';
import { Spells } from './Spells.ts';
import type { Stage } from './Stage.ts';

/** Nothing that goes wrong lasts so long. */
const RUN_TIMEOUT_MS = 150_000;
/** The pages give up a request that stalls after two seconds, or eight when all its bytes are on their way. */
const LONGEST_STALL_MS = 14_000;
/** Of the file that is given up: large enough for parts, whatever the policy. */
const GIVEN_UP_BYTES = 40_000_000;
/** Slower, and the pauses between two bytes would look like a stall. */
const LEAST_BYTES_PER_SECOND = 1024 * 1024;

/** Plays one plan from the first page to the last check. Never rejects: what went wrong stands in the result. */
export async function runOnce(plan: RunPlan, stage: Stage, log = new RunLog()): Promise<RunResult> {
  const startedMs = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'bucketdrop-chaos-'));
  log.note('plan    ', plan);
  const faults = new RequestFaults(plan.requestFaults, log);
  const problems: string[] = [];
  const result: Omit<RunResult, 'seconds' | 'faults'> = {
    seed: plan.seed,
    store: stage.kind,
    face: plan.face,
    files: plan.files.length,
    bytes: plan.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    bytesBeyond: 0,
    manualRetries: 0,
    deaths: 0,
    untoldObjects: 0,
    untoldDamaged: 0,
    problems,
  };
  try {
    const files: TestFile[] = [];
    for (const { name, sizeBytes } of plan.files) files.push(await makeFile(folder, name, sizeBytes));
    Object.assign(result, await play(plan, stage, files, faults, folder, log, problems));
  } catch (error) {
    problems.push((error as Error).stack ?? String(error));
  } finally {
    stage.calmDown();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  for (const problem of problems) log.note('PROBLEM ', problem);
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  return { ...result, faults: Object.fromEntries(faults.struck), seconds };
}

async function play(
  plan: RunPlan,
  stage: Stage,
  files: readonly TestFile[],
  faults: RequestFaults,
  folder: string,
  log: RunLog,
  problems: string[],
): Promise<Partial<RunResult>> {
  const { line, gate } = stage;
  const bucket = await stage.setUp(plan);
  const person = new Person({
    profile: join(folder, 'profile'),
    url: stage.pageUrl(plan),
    files,
    browserClockMs: plan.clocks.browserMs,
    log,
  });
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const sentBefore = line.traffic.bodyBytes;
  const sent = () => line.traffic.bodyBytes - sentBefore;
  const rate = Math.max(LEAST_BYTES_PER_SECOND, (bytes / plan.lineMs) * 1000);
  const spells = new Spells(plan.spells, log, (spell) => castSpell(spell, stage, person, faults));
  // a call on either side of the bytes counts as much as some of them, so that something can strike there as well
  const advance = () => {
    const begun = faults.callsOf('uploads') > 0 ? 0.15 : 0;
    const ends = faults.callsOf('complete') > 0 ? 0.15 : 0;
    spells.advance(begun + ends + 0.7 * Math.min(1, sent() / bytes));
  };
  line.forgetStalls();
  line.bytesPerSecond = rate;
  line.onMoved = advance;
  line.planFault = faults.onLine;
  gate.planFault = (call) => {
    const fault = faults.onGate(call);
    advance();
    return fault;
  };
  countClocks(plan, faults);
  try {
    await person.openBrowser();
    const deadline = performance.now() + RUN_TIMEOUT_MS;
    while (!person.isDone && performance.now() < deadline) {
      await person.act();
      advance();
    }
    await spells.end();
    if (person.resumedByClick > 0) faults.count('gone on by one click');
    if (!person.isDone) problems.push(`not done after ${RUN_TIMEOUT_MS / 1000} s`);
    else if (person.deaths === 0) await person.expectComplete();
    else if (person.former.size > 0) await person.discardLeft();
    if (plan.givesUp && person.isDone && person.page) {
      stage.endFaults();
      line.bytesPerSecond = GIVEN_UP_BYTES / 8;
      const file = await makeFile(folder, 'given-up.bin', GIVEN_UP_BYTES);
      await giveUp(person.page, file, plan, () => line.traffic.begunParts);
      // a page that is closed at once tells nobody any more
      bucket.setClock(plan.clocks.bucketMs);
      await unfinishedUploads(bucket);
      bucket.setClock(0);
      faults.count(`a file that the person ${plan.givesUp}`);
    }
  } finally {
    await spells.end();
    await person.closeBrowser();
  }
  stage.calmDown();
  const { files: now, told, former } = person;
  const verdict = await checkBucket(bucket, now, told, former, person.deaths, stage.kind !== 'ceph');
  problems.push(...person.complaints, ...verdict.problems);
  if (problems.length === 0) await bucket.remove();
  const { manualRetries, deaths } = person;
  if (manualRetries > plan.mostRetries)
    problems.push(`"Try again" had to be pressed ${manualRetries} times, not ${plan.mostRetries} at most`);
  if (line.longestStallMs > LONGEST_STALL_MS)
    problems.push(`a request that stalled was kept for ${Math.round(line.longestStallMs)} ms`);
  return {
    bytesBeyond: sent() - bytes,
    manualRetries,
    deaths,
    untoldObjects: verdict.untoldObjects,
    untoldDamaged: verdict.untoldDamaged,
  };
}

function countClocks({ clocks, policy }: RunPlan, faults: RequestFaults): void {
  if (clocks.endpointMs !== 0) faults.count('endpoint: wrong clock');
  if (clocks.bucketMs !== 0) faults.count('wrong clock');
  if (clocks.browserMs !== 0) faults.count('browser: wrong clock');
  if (policy.urlExpiresInSeconds !== undefined) faults.count('URLs that live for seconds');
}
