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
  const failed: NotReopened = { refused: [], gone: [] };
  const reopened: { name: string; type: string; data: File }[] = [];
  // All are asked for before the first answer, and none waits for another's: the person may leave one unanswered.
  const asked = uploads.map(async (upload) => {
    try {
      const data = await upload.reopen?.();
      if (data) reopened.push({ name: upload.name, type: upload.type, data });
    } catch (error) {
      (isRefusal(error) ? failed.refused : failed.gone).push(upload);
    }
    // Files come by the hundred.
    await Promise.resolve();
    send(uppy, reopened.splice(0));
  });
  await Promise.all(asked);
  return failed;
}

function send(uppy: Uppy<WidgetMeta, WidgetBody>, files: { name: string; type: string; data: File }[]): void {
  if (files.length === 0) return;
  uppy.addFiles(files);
  // Whatever goes wrong in an upload is reported as an event.
  void uppy.upload().catch(() => {});
}

/** Without a click, browsers call it a matter of security. */
function isRefusal(reason: unknown): boolean {
  const { name } = reason as { name?: unknown };
  return name === 'NotAllowedError' || name === 'SecurityError';
}
