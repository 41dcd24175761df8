import { Transfer } from '../../src/transfer/Transfer.ts';
import { registerClient } from './BenchClient.ts';

/** The engine by itself, with its own settings: nothing is tuned for the bench. */
registerClient(async (files, { api }) => {
  const transfer = new Transfer({ endpoint: api });
  const uploads = files.map((file, index) =>
    transfer.add({ id: String(index), name: file.name, type: file.type, blob: file }),
  );
  await Promise.all(uploads.map((upload) => upload.finished));
});
