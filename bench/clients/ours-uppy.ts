import Uppy from '@uppy/core';
import { DirectUpload } from '../../src/uppy/DirectUpload.ts';
import { registerClient } from './BenchClient.ts';
import { uploadWith } from './uploadWith.ts';

/** The engine as people meet it: as the plugin of an Uppy. */
registerClient((files, { api }) => uploadWith(new Uppy().use(DirectUpload, { endpoint: api }), files));
