import type { Body, Meta, PluginOpts } from '@uppy/core';
import type { TransferOptions } from '../transfer/TransferOptions.ts';
import type { MetadataOption } from './fileMetadata.ts';

export interface DirectUploadOptions<M extends Meta = Meta, B extends Body = Body>
  extends PluginOpts,
    Omit<TransferOptions, 'onState' | 'onProgress'> {
  /** Goes to the endpoint with each file and is stored with the object, where the endpoint allows it. */
  metadata?: MetadataOption<M, B>;
  /** Which fields of Uppy's `file.meta` go along as well: a list of names, `true` for all. Default: none. */
  allowedMetaFields?: string[] | boolean;
  /** Whether the browser asks before the page is left with files on their way, or paused. Default false. */
  warnBeforeLeaving?: boolean | undefined;
  /** Whether the screen stays on while files are sent, so that the machine does not fall asleep. Default false. */
  keepAwake?: boolean | undefined;
  /** How many failures of a burst Uppy shows as toasts, one by one. Default 3. */
  maxErrorToasts?: number;
}
