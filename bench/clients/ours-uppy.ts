import Uppy from '@uppy/core';
import { fetchConfig } from '../../src/transfer/fetchConfig.ts';
import { DirectUpload } from '../../src/uppy/DirectUpload.ts';
import { registerClient } from './BenchClient.ts';
import { uploadWith } from './uploadWith.ts';

/** The engine as people meet it: as the plugin of an Uppy, given the endpoint's config as the widget gives it. */
registerClient(async ({ api }) => {
  const config = await fetchConfig({ endpoint: api });
  const uppy = new Uppy().use(DirectUpload, { endpoint: api, config });
  return (files) => uploadWith(uppy, files);
});
