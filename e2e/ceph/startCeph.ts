import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FaultPlan } from '../../src/bucket/startBucket.ts';

export interface S3Server {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** A user who may do nothing but what a bucket's policy allows; where the store knows users. */
  guest?: { name: string; accessKeyId: string; secretAccessKey: string };
  /** What shall go wrong; of the local bucket alone. */
  faults?: FaultPlan;
}

export interface RunningCeph extends S3Server {
  /** Kills radosgw alone, as a crash would, and starts it again; resolves when it answers. */
  restartGateway(): Promise<void>;
  stop(): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('ceph.sh', import.meta.url));

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/**
 * Starts a real S3 server: Ceph, from Debian's packages, which are installed if they are missing. It stops by
 * itself when this process dies, however it dies: its standard input ends then.
 * @param options.durable keeps objects on disk instead of in memory
 * @throws Error with the reason, where Ceph cannot be had.
 */
export async function startCeph({ durable = false } = {}): Promise<RunningCeph> {
  const [rgw, mon2, mon1] = await freePorts(3);
  const folder = await mkdtemp(join(tmpdir(), 'bucketdrop-ceph-'));
  const store = durable ? 'bluestore' : 'memstore';
  const child = spawn('bash', [SCRIPT, folder, String(rgw), String(mon2), String(mon1), store], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // not in the terminal's process group, so that Ctrl-C does not cut the orderly stop short
    detached: true,
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const nextLine = () =>
    new Promise<string>((resolve) => {
      lines.once('line', resolve);
      exited.then(([code]) => resolve(`UNAVAILABLE ceph.sh ended with code ${code}`));
    });
  const [word, ...rest] = (await nextLine()).split(' ');
  const [endpoint, accessKeyId, secretAccessKey, guestKey = '', guestSecret = ''] = rest;
  if (word !== 'READY' || !endpoint || !accessKeyId || !secretAccessKey) {
    child.stdin.end();
    throw new Error(rest.join(' ') || 'Ceph did not start');
  }
  return {
    endpoint,
    region: 'us-east-1',
    accessKeyId,
    secretAccessKey,
    guest: { name: 'guest', accessKeyId: guestKey, secretAccessKey: guestSecret },
    async restartGateway() {
      child.stdin.write('restart-gateway\n');
      const line = await nextLine();
      if (line !== 'RESTARTED') throw new Error(`radosgw did not come back: ${line}`);
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
