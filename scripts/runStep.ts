import { spawn } from 'node:child_process';

export interface StepResult {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed and why, a line each. */
  failures?: readonly string[];
}

export interface Step {
  name: string;
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** Reads what the step reported, if it is made of tests; without it, the step is one test by its exit code. */
  count?(): StepResult;
}

function exitCode({ command, args, env }: Step): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** A step that ends badly always has something failed, also where its report is missing or looks fine. */
export function judge(code: number, counted: StepResult | undefined): StepResult {
  if (counted === undefined) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const ranNothing = counted.passed + counted.failed + counted.skipped === 0;
  const hiddenFailure = (code !== 0 || ranNothing) && counted.failed === 0;
  return hiddenFailure ? { ...counted, failed: 1 } : counted;
}

export async function runStep(step: Step): Promise<StepResult> {
  const code = await exitCode(step);
  if (!step.count) return judge(code, undefined);
  try {
    return judge(code, step.count());
  } catch (error) {
    console.error(`${step.name}: its report cannot be read: ${(error as Error).message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
