// biome-ignore lint/suspicious/noExplicitAny: each process has its own calls
export type Calls = Record<string, (...args: any[]) => unknown>;

export interface CallMessage {
  id: number;
  name: string;
  args: unknown[];
}
export type AnswerMessage = { id: number; value: unknown } | { id: number; error: string };

/** In a process that `startProcess` began: answers its calls, and ends when the parent is gone. */
export function answerParent(calls: Calls): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', async ({ id, name, args }: CallMessage) => {
    let answer: AnswerMessage;
    try {
      if (!Object.hasOwn(calls, name)) throw new Error(`no call ${name}`);
      answer = { id, value: await calls[name]?.(...args) };
    } catch (error) {
      answer = { id, error: (error as Error).stack ?? String(error) };
    }
    process.send?.(answer);
  });
  process.send?.({ id: 0, value: 'ready' } satisfies AnswerMessage);
}
