const END_OF_HEADERS = Buffer.from('\r\n\r\n');

export interface SeenRequest {
  method: string;
  target: string;
}

/** Reads along with one connection's bytes and tells of each HTTP/1.1 request in them, bodies skipped. */
export class RequestReader {
  readonly #onRequest: (request: SeenRequest) => void;
  #head = Buffer.alloc(0);
  #bodyBytesLeft = 0;

  constructor(onRequest: (request: SeenRequest) => void) {
    this.#onRequest = onRequest;
  }

  read(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#bodyBytesLeft > 0) {
        const skipped = Math.min(this.#bodyBytesLeft, rest.length);
        this.#bodyBytesLeft -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      this.#head = Buffer.concat([this.#head, rest]);
      const end = this.#head.indexOf(END_OF_HEADERS);
      if (end < 0) return;
      rest = this.#head.subarray(end + END_OF_HEADERS.length);
      this.#open(this.#head.toString('latin1', 0, end));
      this.#head = Buffer.alloc(0);
    }
  }

  #open(head: string): void {
    const [method = '', target = ''] = head.split(' ', 2);
    // Browsers send no chunked bodies.
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    this.#bodyBytesLeft = Number(length ?? 0);
    this.#onRequest({ method, target });
  }
}
