import type { Body, Meta, UppyFile } from '@uppy/core';
import { getAllowedMetaFields } from '@uppy/core/utils';

export type MetadataOption<M extends Meta, B extends Body> =
  | Record<string, string>
  | ((file: UppyFile<M, B>) => Record<string, string>);

/** What is stored with the object: the fields of `file.meta` that may go along, and over them the app's own. */
export function fileMetadata<M extends Meta, B extends Body>(
  file: UppyFile<M, B>,
  allowedMetaFields: string[] | boolean,
  metadata: MetadataOption<M, B>,
): Record<string, string> {
  const meta: Record<string, unknown> = file.meta;
  const fields = getAllowedMetaFields(allowedMetaFields, file.meta).filter(
    (name) => Object.hasOwn(meta, name) && meta[name] != null,
  );
  return {
    ...Object.fromEntries(fields.map((name) => [name, String(meta[name])])),
    ...(typeof metadata === 'function' ? metadata(file) : metadata),
  };
}
