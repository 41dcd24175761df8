import type { UppyFile } from '@uppy/core';
import type { ConfigAnswer, StoredObject } from '../protocol/messages.ts';
import type { Trouble } from '../transfer/Outages.ts';
import type { TransferOptions } from '../transfer/TransferOptions.ts';
import type { WidgetRestrictions } from './mergeRestrictions.ts';
import type { WidgetError } from './WidgetError.ts';
import type { LocalePack } from './WidgetLocale.ts';

export type WidgetMeta = Record<string, unknown>;
/** `response.body` of a file that is stored: the object as the bucket reports it, with the endpoint's receipt. */
export type WidgetBody = StoredObject & Record<string, unknown>;
/** A file as Uppy keeps it: `name`, `size`, `type`, `data` (the File), `progress`, … */
export type WidgetFile = UppyFile<WidgetMeta, WidgetBody>;

export interface UploadedFile {
  file: WidgetFile;
  object: StoredObject;
}
export interface CompleteResult {
  uploaded: UploadedFile[];
  failed: WidgetFile[];
}

/** The endpoint's config, where somebody else asks for it. */
export type ConfigState =
  | { status: 'pending' }
  | { status: 'ready'; config: ConfigAnswer }
  | { status: 'failed'; error: unknown; retry: () => void };

export interface WidgetOptions
  extends Pick<
    TransferOptions,
    | 'endpoint'
    | 'kind'
    | 'headers'
    | 'credentials'
    | 'dialect'
    | 'maxConcurrentRequests'
    | 'maxBytesPerSecond'
    | 'polite'
    | 'retry'
    | 'stallTimeoutMs'
  > {
  /** What may be dropped, on top of what the endpoint allows. */
  restrictions?: WidgetRestrictions | undefined;
  /** Stored with each object as its metadata, where the endpoint allows it. */
  metadata?: Record<string, string> | ((file: WidgetFile) => Record<string, string>) | undefined;
  /** Sends files as soon as they are dropped. Default false: the person presses "Upload". */
  autoUpload?: boolean | undefined;
  /** A name such as `de_DE`, `fr` or `pt-BR`, or strings of your own. Default: English. */
  locale?: string | LocalePack | undefined;
  /** Default `auto`: as the person's system says. */
  theme?: 'light' | 'dark' | 'auto' | undefined;
  /** Who carries the bytes: this project's engine, or the stock plugin `@uppy/aws-s3`. Default `direct`. */
  transfer?: 'direct' | 'uppy-aws-s3' | undefined;
  /** CSS length, or a number of pixels. Default: as wide as its place allows. */
  width?: string | number | undefined;
  /** CSS length, or a number of pixels. Default 420. */
  height?: string | number | undefined;
  /** The line below the drop area. Default: what is allowed, in words. Empty text: none. */
  note?: string | undefined;
  disabled?: boolean | undefined;
  /** Whether a button clears the list when all is stored. Default true. */
  doneButton?: boolean | undefined;
  /** Whether a stored file can be taken off the list again (it stays in the bucket). Default false. */
  removeUploaded?: boolean | undefined;
  /**
   * Whether the browser notes what is unfinished, so that the same file, dropped again after a reload or a crash, goes
   * on where it was. Default true. With `false`, an upload that the page leaves behind is given up in the bucket.
   */
  journal?: boolean | undefined;
  /**
   * Whether the browser keeps copies of small files while they are under way (up to 10 MiB each, 100 MiB in all), so
   * that they need not be chosen again after a reload or a crash. Default false.
   */
  keepSmallFiles?: boolean | undefined;
  /**
   * Whether what was stored is listed below, with downloads, links to copy and deletion as far as the endpoint's `links`
   * allow them. `session`: over reloads too, in the tab's `sessionStorage`. Default false.
   */
  storedFiles?: boolean | 'session' | undefined;
  /** Whether the browser asks before the page is left with files on their way, or paused. Default true. */
  warnBeforeLeaving?: boolean | undefined;
  /** Whether the screen stays on while files are sent, so that the machine does not fall asleep. Default false. */
  keepAwake?: boolean | undefined;
  /** Left out, the widget asks the endpoint by itself. */
  config?: ConfigState | undefined;
  /** Called once for each stored file. */
  onUploaded?: ((file: WidgetFile, object: StoredObject) => void) | undefined;
  /** Called when a file is refused or fails, or when the endpoint's config cannot be had (then without a file). */
  onError?: ((error: WidgetError, file?: WidgetFile) => void) | undefined;
  /** Called when all files of a batch are stored or failed. */
  onComplete?: ((result: CompleteResult) => void) | undefined;
  /** Called with what the endpoint accepts, once it is known. */
  onConfig?: ((config: ConfigAnswer) => void) | undefined;
}

/** What the plugin that carries the bytes tells the widget. */
export interface TransferHooks {
  stored: (file: WidgetFile, object: StoredObject) => void;
  /** All uploads wait for something; undefined: no longer. */
  waiting: (trouble: Trouble | undefined) => void;
  /** Puts an error into the person's language. */
  describe: (error: unknown) => WidgetError;
}
