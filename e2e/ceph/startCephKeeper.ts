import { once } from 'node:events';
import { createServer } from 'node:http';
import { type RunningCeph, type S3Server, startCeph } from './startCeph.ts';

/** Where the keeper listens; the test runner's workers inherit it. */
const KEEPER_URL = 'BUCKETDROP_CEPH_KEEPER';

export type KeeperAnswer = { server: S3Server } | { unavailable: string };

/**
 * One Ceph for all of the test runner's workers. It is started when the first of them asks, so that a run
 * without Ceph's tests starts none. Gives a function that stops it.
 */
export async function startCephKeeper(): Promise<() => Promise<void>> {
  let starting: Promise<RunningCeph> | undefined;
  const keeper = createServer(async (_, response) => {
    starting ??= startCeph();
    const answer: KeeperAnswer = await starting.then(
      ({ stop: _, ...server }) => ({ server }),
      (error: unknown) => ({ unavailable: (error as Error).message }),
    );
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(keeper, 'listening');
  process.env[KEEPER_URL] = `http://127.0.0.1:${(keeper.address() as { port: number }).port}/`;
  return async () => {
    keeper.closeAllConnections();
    keeper.close();
    await starting?.then(
      (ceph) => ceph.stop(),
      () => undefined,
    );
  };
}

/** What a worker calls: the one Ceph, or why there is none. */
export async function askForCeph(): Promise<KeeperAnswer> {
  const url = process.env[KEEPER_URL];
  if (!url) throw new Error(`${KEEPER_URL} is not set: the test runner's global setup did not run`);
  return (await (await fetch(url)).json()) as KeeperAnswer;
}
