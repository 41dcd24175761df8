import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NEEDED_ACTIONS } from '../src/doctor/leastPolicy.ts';
import { BLOCKS, DOCUMENTED, profileTable } from './storeDocs.ts';

const at = (path: string) => fileURLToPath(new URL(`../docs/${path}`, import.meta.url));
const page = (name: string) => readFileSync(at(`stores/${name}.md`), 'utf8');
const blocksOf = (text: string) =>
  [...text.matchAll(/<!-- (.+?) -->\n\n?```\w+\n([\s\S]*?)\n```/g)].map(([, name = '', code]) => ({
    name,
    code,
  }));

describe('the pages of the stores', () => {
  it('are there, one for each profile, and in the index', () => {
    expect(readdirSync(at('stores')).sort()).toEqual(DOCUMENTED.map((name) => `${name}.md`).sort());
    const index = readFileSync(at('README.md'), 'utf8');
    expect(DOCUMENTED.filter((name) => !index.includes(`stores/${name}.md`))).toEqual([]);
  });

  it.each(DOCUMENTED)('show rules, rights and limits of %s as the code has them', (name) => {
    const blocks = blocksOf(page(name));
    expect(blocks.length).toBeGreaterThan(0);
    for (const { name: block, code } of blocks) expect(code, block).toBe(BLOCKS[block]);
    expect(page(name)).toContain(profileTable(name));
    expect(blocks.some(({ name: block }) => block.startsWith('cors'))).toBe(true);
    expect(page(name)).toMatch(/## Abandoned uploads/);
    expect(page(name)).toMatch(/## Tried/);
  });

  it('name every right that is needed, where the store knows them by S3’s names', () => {
    for (const name of ['aws', 'minio', 'ceph', 'generic'])
      for (const action of Object.keys(NEEDED_ACTIONS)) expect(page(name), name).toContain(`"${action}"`);
  });
});
