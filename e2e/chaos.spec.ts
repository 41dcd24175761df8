import { test as base, expect } from '@playwright/test';
import { planRun } from '../chaos/planRun.ts';
import { RunLog } from '../chaos/RunLog.ts';
import { runOnce } from '../chaos/runOnce.ts';
import { Stage } from '../chaos/Stage.ts';
import { builtPages } from './globalSetup.ts';

/** Small files, and between them each kind of trouble: `npm run chaos` has all the others. */
const SEEDS = [2393, 2382, 2818, 22, 2457, 1730, 497, 2370, 2526, 854, 738, 766];

const test = base.extend<object, { stage: Stage }>({
  stage: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of this pattern
    async ({}, use) => {
      const stage = await Stage.open('local', builtPages());
      await use(stage);
      await stage.close();
    },
    { scope: 'worker' },
  ],
});

for (const seed of SEEDS)
  test(`every byte arrives in the chaos of seed ${seed} @local`, async ({ stage }, testInfo) => {
    testInfo.setTimeout(200_000);
    const log = new RunLog();
    const { problems, faults } = await runOnce(planRun(seed, 'local'), stage, log);
    if (problems.length > 0) await testInfo.attach('log', { body: log.lines.join('\n') });
    expect(problems, `what went wrong; npm run chaos -- --runs 1 --seed ${seed}`).toEqual([]);
    expect(Object.keys(faults), 'what struck').not.toEqual([]);
  });
