import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What one types before `npm start` is unset first, so that the tester's own store is left alone. */
const OWN_STORE = ['AWS_ENDPOINT_URL_S3', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'PORT'];

export interface TerminalRun {
  /** Everything printed so far. */
  output(): string;
  /** Waits until this was printed; gives what the first group of the pattern caught. */
  waitFor(pattern: RegExp): Promise<string>;
  /** The exit code. */
  exited: Promise<number | null>;
  /** As Ctrl-C does it: the signal goes to everything that runs in this terminal. */
  pressCtrlC(): void;
  /** To npm alone, as a process manager does it. */
  terminate(): void;
  /** Everything started from here that still runs. */
  leftOver(): number[];
}

function processesOfGroup(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // after the command's name in brackets: state, parent, group
        const [state, , ofGroup] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop() ?? '').split(
          ' ',
        );
        return Number(ofGroup) === group && state !== 'Z';
      } catch {
        return false;
      }
    });
}

/** `npm start`, in a process group of its own as a terminal makes it. */
export function startInTerminal(args: readonly string[], env: Readonly<Record<string, string>>): TerminalRun {
  const cleanEnv = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !OWN_STORE.includes(name) && !name.startsWith('BUCKETDROP_'),
    ),
  );
  const child = spawn('npm', ['start', ...(args.length > 0 ? ['--', ...args] : [])], {
    cwd: ROOT,
    env: { ...cleanEnv, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const group = child.pid as number;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    output: () => output,
    exited,
    async waitFor(pattern) {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match[1] ?? match[0];
        if (child.exitCode !== null || Date.now() > deadline)
          throw new Error(`"npm start" did not print ${pattern}:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    pressCtrlC: () => process.kill(-group, 'SIGINT'),
    terminate: () => child.kill('SIGTERM'),
    leftOver: () => processesOfGroup(group),
  };
}
