import type { Uppy } from '@uppy/core';
import type { UnfinishedUpload } from '../transfer/TransferOptions.ts';
import type { WidgetBody, WidgetMeta } from './WidgetOptions.ts';

/** What could not be opened again, by the reason. */
export interface NotReopened {
  refused: UnfinishedUpload[];
  gone: UnfinishedUpload[];
}

/**
 * Puts interrupted files into the list again and sends them. To be called in a click, before anything is waited for.
 */
export async function resumeUnfinished(
  uppy: Uppy<WidgetMeta, WidgetBody>,
  uploads: readonly UnfinishedUpload[],
): Promise<NotReopened> {
  // All are asked for before the first answer: the browser takes one click for one question.
  const asked = uploads.map(async (upload) => ({ upload, data: await upload.reopen?.() }));
  const failed: NotReopened = { refused: [], gone: [] };
  const files: { name: string; type: string; data: File }[] = [];
  for (const [index, outcome] of (await Promise.allSettled(asked)).entries()) {
    const upload = uploads[index] as UnfinishedUpload;
    if (outcome.status === 'fulfilled' && outcome.value.data) {
      files.push({ name: upload.name, type: upload.type, data: outcome.value.data });
    } else if (outcome.status === 'rejected' && isRefusal(outcome.reason)) failed.refused.push(upload);
    else failed.gone.push(upload);
  }
  if (files.length > 0) {
    uppy.addFiles(files);
    // Whatever goes wrong in an upload is reported as an event.
    void uppy.upload().catch(() => {});
  }
  return failed;
}

/** Without a click, browsers call it a matter of security. */
function isRefusal(reason: unknown): boolean {
  const { name } = reason as { name?: unknown };
  return name === 'NotAllowedError' || name === 'SecurityError';
}
