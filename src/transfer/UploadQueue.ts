import type { Upload } from './Upload.ts';

/** Uploads that wait for their turn: files of one request first, then those of many parts, each in their order. */
export class UploadQueue {
  readonly #single = new Set<Upload>();
  readonly #multipart = new Set<Upload>();
  readonly #unplanned = new Set<Upload>();

  get size(): number {
    return this.#single.size + this.#multipart.size + this.#unplanned.size;
  }

  add(upload: Upload): void {
    this.#setFor(upload).add(upload);
  }

  delete(upload: Upload): void {
    for (const set of [this.#single, this.#multipart, this.#unplanned]) set.delete(upload);
  }

  /** The first whose way is not decided yet. */
  get unplanned(): Upload | undefined {
    const [first] = this.#unplanned;
    return first;
  }

  /** Uploads whose way is not decided yet; decided by `plan`, they are sorted in. */
  planAll(plan: (upload: Upload) => void): void {
    const unplanned = [...this.#unplanned];
    this.#unplanned.clear();
    for (const upload of unplanned) {
      plan(upload);
      this.add(upload);
    }
  }

  /** What was decided for uploads of which nothing was begun yet is to be decided anew. */
  forgetPlans(): void {
    for (const upload of [...this.#single, ...this.#multipart]) {
      if (upload.session || upload.creating) continue;
      this.delete(upload);
      upload.plan = undefined;
      this.#unplanned.add(upload);
    }
  }

  /** Takes out the next upload that has a plan. */
  shift(): Upload | undefined {
    for (const set of [this.#single, this.#multipart]) {
      for (const upload of set) {
        set.delete(upload);
        return upload;
      }
    }
    return undefined;
  }

  /** Takes out all. */
  drain(): Upload[] {
    const all = [...this.#single, ...this.#multipart, ...this.#unplanned];
    for (const upload of all) this.delete(upload);
    return all;
  }

  #setFor(upload: Upload): Set<Upload> {
    if (upload.isMultipart === undefined) return this.#unplanned;
    return upload.isMultipart ? this.#multipart : this.#single;
  }
}
