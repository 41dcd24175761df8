import type { StoreCredentials, StoreOptions } from '../endpoint/UploadEndpointOptions.ts';

/** The bucket that a demo runs on, with keys that last as long as it does. */
export type DemoStore = Extract<StoreOptions, StoreCredentials>;
