import type { Body, Meta, Uppy, UppyFile } from '@uppy/core';

const SAMPLE_BYTES = 64 * 1024;
/** Long enough for the files of one drop to be compared together. */
const GATHER_MS = 50;

/**
 * Uppy takes two files of the same name, size, type and date for one. This guard looks inside: a different file gets
 * an id of its own, and the very same file is refused with one message for all of a drop.
 */
export class DuplicateGuard<M extends Meta, B extends Body> {
  readonly #different = new WeakSet<Blob>();
  readonly #onDuplicates: (fileNames: string[]) => void;
  #names: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #count = 0;

  constructor(onDuplicates: (fileNames: string[]) => void) {
    this.#onDuplicates = onDuplicates;
  }

  /** For Uppy's `onBeforeFileAdded`. A file to be looked into is turned away without a word, and comes back. */
  check(
    uppy: Uppy<M, B>,
    file: UppyFile<M, B>,
    files: Record<string, UppyFile<M, B>>,
  ): UppyFile<M, B> | boolean {
    const known = Object.hasOwn(files, file.id) ? files[file.id] : undefined;
    if (!known || known.isGhost) return true;
    const [mine, theirs] = [file.data, known.data];
    if (!(mine instanceof Blob) || !(theirs instanceof Blob)) return false;
    if (this.#different.has(mine)) return { ...file, id: this.#nextId(file.id) };
    void this.#lookInto(uppy, { ...file }, mine, theirs);
    // Core speaks of a duplicate only if this id is in the list.
    file.id = this.#nextId(file.id);
    return false;
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  async #lookInto(uppy: Uppy<M, B>, file: UppyFile<M, B>, mine: Blob, theirs: Blob): Promise<void> {
    if (mine === theirs || (await haveSameContent(mine, theirs))) {
      this.#names.push(file.name);
      this.#timer ??= setTimeout(() => this.#report(), GATHER_MS);
      return;
    }
    this.#different.add(mine);
    const { name, type, source, meta } = file;
    try {
      uppy.addFile({ name, type, source, meta, data: mine } as Parameters<typeof uppy.addFile>[0]);
    } catch {
      // Refused for another reason, which core has told the person.
    }
  }

  #report(): void {
    this.#timer = undefined;
    const names = this.#names;
    this.#names = [];
    this.#onDuplicates(names);
  }

  #nextId(id: string): string {
    this.#count += 1;
    return `${id}-copy-${this.#count}`;
  }
}

/** Compares beginning, middle and end: who changes a file changes its size or its date as well. */
export async function haveSameContent(one: Blob, other: Blob): Promise<boolean> {
  if (one.size !== other.size) return false;
  const middle = Math.max(0, Math.floor((one.size - SAMPLE_BYTES) / 2));
  const end = Math.max(0, one.size - SAMPLE_BYTES);
  try {
    for (const start of new Set([0, middle, end])) {
      const [a, b] = await Promise.all([one, other].map((blob) => readSample(blob, start)));
      if (!a || !b || a.some((byte, index) => byte !== b[index])) return false;
    }
    return true;
  } catch {
    // The file of before has changed or is gone: what was dropped now is another one.
    return false;
  }
}

async function readSample(blob: Blob, start: number): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(start, start + SAMPLE_BYTES).arrayBuffer());
}
