import type Uppy from '@uppy/core';
import type { UploadResult } from '@uppy/core';
import { RefusedAtDrop, toWidgetError } from './WidgetError.ts';
import type { Translate } from './WidgetLocale.ts';
import type { WidgetBody, WidgetFile, WidgetMeta, WidgetOptions } from './WidgetOptions.ts';

/** Passes on to the app's callbacks what becomes of the files: refused, failed, all done. */
export function reportOutcomes(
  uppy: Uppy<WidgetMeta, WidgetBody>,
  options: () => WidgetOptions,
  say: Translate,
): void {
  uppy.on('upload-error', (file, error) => options().onError?.(toWidgetError(error, say), file));
  uppy.on('restriction-failed', (file, error) => {
    const { isUserFacing } = error as Error & { isUserFacing?: boolean };
    if (isUserFacing !== false) options().onError?.(new RefusedAtDrop(error.message), file);
  });
  uppy.on('complete', ({ successful = [], failed = [] }: UploadResult<WidgetMeta, WidgetBody>) => {
    const uploaded = successful.flatMap((file: WidgetFile) => {
      const object = uppy.getFile(file.id)?.response?.body ?? file.response?.body;
      return object ? [{ file, object }] : [];
    });
    options().onComplete?.({ uploaded, failed });
  });
}
