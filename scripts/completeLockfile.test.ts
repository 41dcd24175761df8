import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completeLockfile, findUnlocked, type Lockfile } from './completeLockfile.ts';

const tool = {
  version: '2.0.0',
  dev: true,
  optionalDependencies: { '@tool/cli-linux-x64': '2.0.0', '@tool/cli-linux-arm64-musl': '2.0.0' },
};
const lockfile: Lockfile = {
  packages: {
    '': {},
    'node_modules/@tool/cli-linux-x64': { version: '2.0.0' },
    'node_modules/other': { version: '9.0.0' },
    'node_modules/other/node_modules/tool': {
      ...tool,
      optionalDependencies: { '@tool/cli-linux-x64': '1.0.0' },
    },
    'node_modules/tool': tool,
  },
};

describe('the lockfile', () => {
  it('locks the builds for every machine: if not, `npx tsx scripts/completeLockfile.ts` does', () => {
    expect(findUnlocked(JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile)).toEqual([]);
  });

  it('is found wanting, and completed', () => {
    expect(findUnlocked(lockfile)).toHaveLength(2);
    const { packages } = completeLockfile(lockfile);
    expect(findUnlocked({ packages })).toEqual([]);
    expect(packages['node_modules/@tool/cli-linux-arm64-musl']).toEqual({
      version: '2.0.0',
      dev: true,
      optional: true,
      cpu: ['arm64'],
      libc: ['musl'],
      os: ['linux'],
    });
    expect(packages['node_modules/other/node_modules/tool/node_modules/@tool/cli-linux-x64']?.version).toBe(
      '1.0.0',
    );
    expect(Object.keys(packages)[0]).toBe('');
  });
});
