import type { Upload } from '../transfer/Upload.ts';

/** Which upload of the engine belongs to which file of Uppy. */
export class UploadTable {
  readonly #uploads = new Map<string, Upload>();
  readonly #fileIds = new Map<string, string>();
  #count = 0;

  get size(): number {
    return this.#uploads.size;
  }

  /** Uppy's ids hold the whole file name and can be longer than the protocol allows, so the engine gets its own. */
  nextSourceId(): string {
    this.#count += 1;
    return `file-${this.#count}`;
  }

  add(fileId: string, upload: Upload): void {
    this.#uploads.set(fileId, upload);
    this.#fileIds.set(upload.source.id, fileId);
  }

  get(fileId: string): Upload | undefined {
    return this.#uploads.get(fileId);
  }

  fileIdOf(upload: Upload): string | undefined {
    return this.#fileIds.get(upload.source.id);
  }

  /** Takes the upload out of the table, if there is one, and hands it over. */
  take(fileId: string): Upload | undefined {
    const upload = this.#uploads.get(fileId);
    if (!upload) return undefined;
    this.#uploads.delete(fileId);
    this.#fileIds.delete(upload.source.id);
    return upload;
  }

  get firstFileId(): string | undefined {
    return this.#uploads.keys().next().value;
  }

  fileIds(): string[] {
    return [...this.#uploads.keys()];
  }

  uploads(): Upload[] {
    return [...this.#uploads.values()];
  }
}
