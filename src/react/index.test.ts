import { expect, it } from 'vitest';
import * as entry from './index.ts';

it('exports this and no more', () => {
  expect(Object.keys(entry).sort()).toMatchInlineSnapshot(`
    [
      "BucketDrop",
      "useFileLink",
      "useThumbnail",
      "useUploadConfig",
      "useUploadedFiles",
    ]
  `);
});
