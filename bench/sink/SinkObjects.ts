/** A stretch of an object as it came in one request. */
export interface Piece {
  sizeBytes: number;
  /** Of these bytes, hexadecimal. */
  sha256: string;
  /** As S3 has it: of a single request the MD5. */
  etag: string;
  /** Base64, of a part whose upload was begun with CRC32. */
  crc32?: string;
}

export interface SinkObject {
  key: string;
  etag: string;
  type: string;
  /** In the order of the bytes. */
  pieces: Piece[];
}

interface SinkUpload {
  key: string;
  type: string;
  hasCrc32: boolean;
  parts: Map<number, Piece>;
}

export interface NamedPart {
  partNumber: number;
  etag: string;
  crc32: string | undefined;
}

/** What the sink remembers: no bytes, only their sizes and hashes. */
export class SinkObjects {
  readonly #objects = new Map<string, SinkObject>();
  readonly #uploads = new Map<string, SinkUpload>();
  #lastUpload = 0;

  clear(): void {
    this.#objects.clear();
    this.#uploads.clear();
  }

  list(): SinkObject[] {
    return [...this.#objects.values()];
  }

  get(key: string): SinkObject | undefined {
    return this.#objects.get(key);
  }

  upload(id: string): SinkUpload | undefined {
    return this.#uploads.get(id);
  }

  store(key: string, type: string, etag: string, pieces: Piece[]): SinkObject {
    const object = { key, etag, type, pieces };
    this.#objects.set(key, object);
    return object;
  }

  begin(key: string, type: string, hasCrc32: boolean): string {
    const id = `upload-${++this.#lastUpload}`;
    this.#uploads.set(id, { key, type, hasCrc32, parts: new Map() });
    return id;
  }

  /** @returns undefined if there is no such upload, or a part of it is missing or another one */
  complete(id: string, parts: NamedPart[]): SinkObject | undefined {
    const upload = this.#uploads.get(id);
    const pieces = parts.map(({ partNumber, etag, crc32 }) => {
      const piece = upload?.parts.get(partNumber);
      return piece?.etag === etag && piece.crc32 === crc32 ? piece : undefined;
    });
    if (!upload || pieces.length === 0 || pieces.includes(undefined)) return undefined;
    this.#uploads.delete(id);
    const etag = `${parts[0]?.etag}-${parts.length}`;
    return this.store(upload.key, upload.type, etag, pieces as Piece[]);
  }

  abort(id: string): void {
    this.#uploads.delete(id);
  }
}
