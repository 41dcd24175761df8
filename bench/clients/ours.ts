import { Transfer } from '../../src/transfer/Transfer.ts';
import { registerClient } from './BenchClient.ts';

/**
 * The engine by itself, with its own settings: nothing is tuned for the bench. The widget asks for the endpoint's config
 * when it appears, so it is known when files come.
 */
registerClient(async ({ api }) => {
  const transfer = new Transfer({ endpoint: api });
  await transfer.config();
  return async (files) => {
    const uploads = files.map((file, index) =>
      transfer.add({ id: String(index), name: file.name, type: file.type, blob: file }),
    );
    await Promise.all(uploads.map((upload) => upload.finished));
  };
});
