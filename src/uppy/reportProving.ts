import type { Upload } from '../transfer/Upload.ts';

/** As Uppy keeps it for a plugin: `proving` from 0 to 1 while what the bucket has of files is compared with them. */
interface ProvingPlugin {
  getPluginState(): Record<string, unknown>;
  setPluginState(state: Record<string, unknown>): void;
}

/** Tells in the plugin's state how far the comparing is, over all files that are compared now. */
export function reportProving(plugin: ProvingPlugin, uploads: readonly Upload[]): void {
  let sentBytes = 0;
  let totalBytes = 0;
  for (const upload of uploads) {
    if (!upload.proving) continue;
    sentBytes += upload.sentBytes;
    totalBytes += upload.proving.totalBytes;
  }
  const proving = totalBytes > 0 ? sentBytes / totalBytes : undefined;
  if (plugin.getPluginState().proving !== proving) plugin.setPluginState({ proving });
}
