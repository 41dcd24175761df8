interface Disk {
  bytes: Uint8Array<ArrayBuffer>;
  gone: boolean;
}

/** A file whose bytes are read when they are asked for, also by its slices: what is on the disk then is what counts. */
export class FileOnDisk extends Blob {
  readonly disk: Disk;
  readonly #start: number;

  constructor(content: Uint8Array<ArrayBuffer> | Disk, start = 0, end?: number) {
    const disk = 'bytes' in content ? content : { bytes: content, gone: false };
    // gives it its size
    super([disk.bytes.subarray(start, end)]);
    this.disk = disk;
    this.#start = start;
  }

  get gone(): boolean {
    return this.disk.gone;
  }

  set gone(gone: boolean) {
    this.disk.gone = gone;
  }

  override slice(start = 0, end = this.size): Blob {
    return new FileOnDisk(this.disk, this.#start + start, this.#start + Math.min(end, this.size));
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    if (this.gone) throw new DOMException('', 'NotReadableError');
    return this.disk.bytes.slice(this.#start, this.#start + this.size).buffer;
  }
}
