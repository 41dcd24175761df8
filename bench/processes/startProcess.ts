import { fork } from 'node:child_process';
import type { AnswerMessage, CallMessage, Calls } from './answerParent.ts';

/** What a process answers, with promises around it. */
export type Remote<T extends Calls> = {
  [Name in keyof T]: (...args: Parameters<T[Name]>) => Promise<Awaited<ReturnType<T[Name]>>>;
};

export interface RunningProcess<T extends Calls> {
  call: Remote<T>;
  stop(): void;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/**
 * Runs a module in a process of its own, so that what one part of the bench does is not in another's way.
 *
 * @param module it ends with `answerParent`
 */
export async function startProcess<T extends Calls>(module: URL): Promise<RunningProcess<T>> {
  const child = fork(module, {
    execArgv: ['--import', 'tsx', '--no-warnings'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  const answerTo = (id: number) =>
    new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
  const ready = answerTo(0);
  child.on('message', (answer: AnswerMessage) => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) one?.reject(new Error(answer.error));
    else one?.resolve(answer.value);
  });
  const fail = (reason: string) => {
    for (const { reject } of waiting.values()) reject(new Error(`${module.pathname}: ${reason}`));
    waiting.clear();
  };
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
  await ready;
  const call = new Proxy({} as Remote<T>, {
    get: (_, name: string) =>
      name === 'then'
        ? undefined
        : (...args: unknown[]) => {
            const id = ++lastId;
            const answer = answerTo(id);
            child.send({ id, name, args } satisfies CallMessage, (error) => {
              if (error) fail(`${name} could not be asked: ${error.message}`);
            });
            return answer;
          },
  });
  const stop = () => {
    if (child.connected) child.disconnect();
  };
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = () => {
    child.kill('SIGKILL');
    return exited;
  };
  return { call, stop, kill };
}
