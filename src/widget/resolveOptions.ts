import type { WidgetFile, WidgetOptions } from './WidgetOptions.ts';

export async function resolveHeaders(headers: WidgetOptions['headers']): Promise<Record<string, string>> {
  return (typeof headers === 'function' ? await headers() : headers) ?? {};
}

export function resolveMetadata(
  metadata: WidgetOptions['metadata'],
  file: WidgetFile,
): Record<string, string> {
  return (typeof metadata === 'function' ? metadata(file) : metadata) ?? {};
}
