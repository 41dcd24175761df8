import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findUnlocked, type Lockfile } from './findUnlocked.ts';

const wants = (version: string) => ({
  version,
  optionalDependencies: { '@tool/cli-linux-x64': version, '@tool/cli-linux-arm64': version },
});

describe('the lockfile', () => {
  it('locks the builds for every machine: if not, choose a version of which there are all', () => {
    expect(findUnlocked(JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile)).toEqual([]);
  });

  it('is found wanting, at the root and below', () => {
    const packages = {
      '': {},
      'node_modules/@tool/cli-linux-x64': { version: '2.0.0' },
      'node_modules/@tool/cli-linux-arm64': { version: '2.0.0' },
      'node_modules/other/node_modules/@tool/cli-linux-x64': { version: '1.0.0' },
      'node_modules/other/node_modules/tool': wants('1.0.0'),
      'node_modules/tool': wants('2.0.0'),
    };
    expect(findUnlocked({ packages })).toEqual([
      ['node_modules/other/node_modules/tool', '@tool/cli-linux-arm64', '1.0.0'],
    ]);
  });
});
