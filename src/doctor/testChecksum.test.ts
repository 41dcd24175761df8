import { expect, it } from 'vitest';
import { checksumOfTest } from './testChecksum.ts';

// the check values of the catalogue of CRCs (https://reveng.sourceforge.io/crc-catalogue/), of "123456789"
it.each([
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
  ['md5', '25f9e794323b453885f5181f1b624d0b'],
] as const)('%s is what everybody gets', (algorithm, hex) => {
  const bytes = new TextEncoder().encode('123456789');
  expect(Buffer.from(checksumOfTest(algorithm, bytes), 'base64').toString('hex')).toBe(hex);
});
