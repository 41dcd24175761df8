import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Host, HostEnv } from './Host.ts';

const START_TIMEOUT_MS = 90_000;

export interface Command {
  program: string;
  args(port: number): readonly string[];
  cwd: string;
}

/**
 * Starts a server in a process of its own, on a free port, which it is told as `PORT`.
 *
 * @throws Error with what it printed, if it ends before it serves
 */
export async function startProcess(command: Command, env: HostEnv): Promise<Host & { pid: number }> {
  const port = await freePort();
  const child = spawn(command.program, command.args(port), {
    cwd: command.cwd,
    env: { ...process.env, NODE_ENV: 'production', ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
  child.on('error', (error) => (printed += error.message));
  const ended = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const host = {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    printed: () => printed,
    async stop() {
      if (ended()) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
  for (const start = Date.now(); ; await pause(50)) {
    // Whoever asked for any port between the look and the start may have got this one.
    if (ended() && printed.includes('EADDRINUSE')) return startProcess(command, env);
    if (ended()) throw new Error(`${command.program} ended: ${printed}`);
    if (await answers(host.url)) return host;
    if (Date.now() - start < START_TIMEOUT_MS) continue;
    await host.stop();
    throw new Error(`${command.program} does not serve: ${printed}`);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/uploads/config`);
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
