import { spawnSync } from 'node:child_process';
import { bundleServer, ROOT } from './bundleServer.ts';
import type { Host, HostEnv } from './Host.ts';
import { startLambdaGateway } from './startLambdaGateway.ts';
import { startProcess } from './startProcess.ts';
import { startWorker } from './startWorker.ts';

type StartHost = (env: HostEnv) => Promise<Host>;

const inNode =
  (example: string): StartHost =>
  async (env) => {
    const file = await bundleServer(example, 'node');
    return startProcess({ program: process.execPath, args: () => [file], cwd: ROOT }, env);
  };

async function startNext(env: HostEnv): Promise<Host> {
  const cwd = `${ROOT}/examples/next`;
  const next = `${ROOT}/node_modules/next/dist/bin/next`;
  const quiet = { NEXT_TELEMETRY_DISABLED: '1', CI: '1' };
  const built = spawnSync(process.execPath, [next, 'build'], {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', ...quiet },
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`next build failed: ${built.stdout}${built.stderr}`);
  const args = (port: number) => [next, 'start', '-H', '127.0.0.1', '-p', String(port)];
  return startProcess({ program: process.execPath, args, cwd }, { ...env, ...quiet });
}

/** The function finds its environment when it is loaded. */
async function startLambda(env: HostEnv): Promise<Host> {
  const file = await bundleServer('lambda', 'node');
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await startLambdaGateway((await import(file)).handler);
  } finally {
    process.env = before;
  }
}

/** Bun and Deno come as large binaries; they take part where these variables say where they are. */
const { BUCKETDROP_BUN, BUCKETDROP_DENO } = process.env;
const otherRuntimes: Record<string, StartHost> = {
  ...(BUCKETDROP_BUN && {
    Bun: async (env) => {
      const file = await bundleServer('fetch', 'node');
      return startProcess({ program: BUCKETDROP_BUN, args: () => [file], cwd: ROOT }, env);
    },
  }),
  ...(BUCKETDROP_DENO && {
    Deno: async (env) => {
      const file = await bundleServer('fetch', 'node');
      const args = (port: number) => [
        'serve',
        '--port',
        String(port),
        '--host',
        '127.0.0.1',
        '--allow-net',
        '--allow-env',
        '--allow-read',
        '--allow-sys',
        file,
      ];
      return startProcess({ program: BUCKETDROP_DENO, args, cwd: ROOT }, env);
    },
  }),
};

/** Every kind of server that the endpoint can be mounted in, each started from its example. */
export const HOSTS: Readonly<Record<string, StartHost>> = {
  'Node http': inNode('node'),
  Express: inNode('express'),
  Fastify: inNode('fastify'),
  Hono: inNode('hono'),
  'Next.js': startNext,
  'AWS Lambda': startLambda,
  'Cloudflare Workers': (env) => startWorker(env, { node: false }),
  'Cloudflare Workers, nodejs_compat': (env) => startWorker(env, { node: true }),
  ...otherRuntimes,
};
