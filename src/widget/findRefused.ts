import type { Uppy } from '@uppy/core';
import type { WidgetBody, WidgetFile, WidgetMeta } from './WidgetOptions.ts';

/**
 * Files in the list that have not started and that the limits of now would not let in: each that is refused by
 * itself, and of the others the latest, as many as there are too many.
 */
export function findRefused(
  uppy: Uppy<WidgetMeta, WidgetBody>,
  maxFileCount: number | null,
): { file: WidgetFile; reason: string }[] {
  const files = uppy.getFiles();
  const waiting = files.filter((file) => !file.progress.uploadStarted);
  const refused = new Map<WidgetFile, string>();
  for (const file of waiting) {
    const reason = uppy.validateSingleFile(file);
    if (reason !== null) refused.set(file, reason);
  }
  const surplus = maxFileCount ? files.length - refused.size - maxFileCount : 0;
  if (surplus > 0 && maxFileCount) {
    const reason = uppy.i18n('youCanOnlyUploadX', { smart_count: maxFileCount });
    for (const file of waiting.filter((one) => !refused.has(one)).slice(-surplus)) refused.set(file, reason);
  }
  return [...refused].map(([file, reason]) => ({ file, reason }));
}
