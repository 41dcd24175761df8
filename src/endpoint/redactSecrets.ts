import type { LogEntry, UploadEndpointOptions } from './UploadEndpointOptions.ts';

/**
 * A log that never sees a secret: errors of hooks and libraries can quote anything. Stands behind the care taken
 * elsewhere and does not replace it.
 */
export function redactSecrets(
  log: (entry: LogEntry) => void,
  { secret, store }: { secret: unknown; store: UploadEndpointOptions['store'] },
): (entry: LogEntry) => void {
  const secrets = [secret, store.secretAccessKey, store.sessionToken]
    .flat()
    .filter((value): value is string => typeof value === 'string' && value !== '');
  const clean = (text: string) => secrets.reduce((rest, value) => rest.replaceAll(value, '[secret]'), text);
  return (entry) => {
    const { detail } = entry;
    log({
      ...entry,
      message: clean(entry.message),
      ...(detail === undefined ? {} : { detail: clean(detail) }),
    });
  };
}
