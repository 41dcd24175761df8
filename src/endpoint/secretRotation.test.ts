import { describe, expect, test } from 'vitest';
import { startBucket } from '../bucket/startBucket.ts';
import { fromEnv } from './fromEnv.ts';
import { EndpointUnderTest } from './testing/EndpointUnderTest.ts';
import { complete, provideStore, uploadText } from './testing/provideStore.ts';
import { sendSingle } from './testing/sendFile.ts';

const server = provideStore(startBucket);
const [OLD, NEW, NEWER] = ['old', 'new', 'newer'].map(
  (name) => `the ${name} secret of these tests and long enough`,
);
const site = (...secret: (string | undefined)[]) =>
  new EndpointUnderTest({ store: server.options(), secret: secret as string[] });

describe('two copies while the secret changes', () => {
  const copyOfOld = () => site(OLD);
  const copyOfBoth = () => site(NEW, OLD);
  const copyOfNew = () => site(NEW);
  const hello = new TextEncoder().encode('hello');

  test('go on with what the old secret has signed, and with each other’s', async () => {
    for (const [first, second] of [
      [copyOfOld(), copyOfBoth()],
      [copyOfBoth(), copyOfNew()],
      [copyOfBoth(), copyOfBoth()],
    ] as const) {
      const upload = await first.announce();
      await sendSingle(upload, hello);
      const signed = await second.post('parts', { uploads: [{ ticket: upload.ticket, parts: [] }] });
      expect(signed.body.uploads[0].ok).toBe(true);
      const done = await complete(second, upload);
      expect(done.ok).toBe(true);
      expect(await second.endpoint.verifyReceipt(done.object.receipt)).toMatchObject({ key: upload.key });
    }
  });

  test('keep receipts of the old secret as long as it is there', async () => {
    const { done } = await uploadText(copyOfOld(), 'hello');
    expect(await copyOfBoth().endpoint.verifyReceipt(done.object.receipt)).toMatchObject({ sizeBytes: 5 });
    await expect(copyOfNew().endpoint.verifyReceipt(done.object.receipt)).rejects.toMatchObject({
      code: 'ticket-invalid',
    });
  });

  test('sign with the newest alone, and know no other', async () => {
    const upload = await copyOfBoth().announce();
    for (const [other, known] of [
      [copyOfOld(), false],
      [site(NEWER), false],
      [site(NEWER, OLD), false],
      [site(NEWER, OLD, NEW), true],
    ] as const) {
      const { body } = await other.post('parts', { uploads: [{ ticket: upload.ticket, parts: [] }] });
      expect(body.error?.code ?? 'known').toBe(known ? 'known' : 'ticket-invalid');
    }
  });

  test('tell an old ticket that has run out from one that is none', async () => {
    const late = { now: () => Date.now() - 40 * 24 * 3600_000 };
    const upload = await new EndpointUnderTest({
      store: server.options(),
      secret: OLD as string,
      ...late,
    }).announce();
    const { body } = await copyOfBoth().post('parts', { uploads: [{ ticket: upload.ticket, parts: [] }] });
    expect(body.error.code).toBe('ticket-expired');
  });
});

describe('several secrets', () => {
  test('each have to be long enough, and there is at least one', () => {
    expect(() => site(NEW, 'short')).toThrow(/secret: needs 32 bytes/);
    expect(() => site()).toThrow(/secret/);
  });

  test('come from the environment with commas between them', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret-key',
      AWS_REGION: 'eu-central-1',
      BUCKETDROP_BUCKET: 'photos',
    };
    const secretOf = (BUCKETDROP_SECRET: string) =>
      fromEnv({ ...env, BUCKETDROP_SECRET }, { anonymous: true }).secret;
    expect(secretOf(`${NEW}, ${OLD}`)).toEqual([NEW, OLD]);
    expect(secretOf(`${NEW}`)).toBe(NEW);
  });

  test('are kept out of the log, all of them', async () => {
    const endpoint = new EndpointUnderTest({
      secret: [NEW, OLD] as string[],
      authorize: () => {
        throw new Error(`${NEW} and ${OLD}`);
      },
    });
    await endpoint.send('config');
    expect(endpoint.log[0]?.detail).toContain('[secret] and [secret]');
  });
});
