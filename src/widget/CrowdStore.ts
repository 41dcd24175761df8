import type { Body, Meta, State } from '@uppy/core';
import DefaultStore from '@uppy/core/store-default';

export type FileTable<M extends Meta, B extends Body> = State<M, B>['files'];

/** Marks a table that core has built of what is being added alone: a symbol goes along whenever a table is copied. */
const ADDED_ONLY = Symbol('added only');

/** What is added in one call of core's. */
interface Adding<M extends Meta, B extends Body> {
  /** All files, those that were accepted so far among them. */
  table: FileTable<M, B>;
  /** The table of before, which somebody may change meanwhile. */
  base: FileTable<M, B>;
  /** What core takes for the table. */
  shown: FileTable<M, B>;
}

/**
 * Uppy's state, with a table of files that is copied as rarely as can be. Whoever holds a table never sees it change:
 * so core copies it for each file that changes, and twice for each that is added, which takes the square of their
 * number.
 */
export class CrowdStore<M extends Meta, B extends Body> extends DefaultStore<State<M, B>> {
  #batches = 0;
  /** The table that a batch writes into; no one else has it yet. */
  #draft: FileTable<M, B> | undefined;
  #adding: Adding<M, B> | undefined;

  override getState(): State<M, B> {
    const files = this.#adding?.shown ?? this.#draft;
    return files ? { ...this.state, files } : this.state;
  }

  override setState(patch?: Partial<State<M, B>>): void {
    const adding = this.#adding;
    if (adding && patch?.files && Object.hasOwn(patch.files, ADDED_ONLY)) {
      // Unchanged, it says that core has refused them all.
      const files = patch.files === adding.shown ? this.#current : this.#gather(adding, patch.files);
      this.#adding = undefined;
      this.#write({ ...patch, files });
    } else this.whileAllIsShown(() => this.#write(patch));
  }

  /** What `run` changes of files is written at its end, with one copy of the table. */
  batch(run: () => void): void {
    this.#batches += 1;
    try {
      run();
    } finally {
      this.#batches -= 1;
      const files = this.#draft;
      if (files && this.#batches === 0) this.setState({ files });
    }
  }

  /** The table to write into without a copy for each file, while there is a batch. */
  get draft(): FileTable<M, B> | undefined {
    if (this.#batches === 0 || this.#adding) return undefined;
    this.#draft ??= { ...this.state.files };
    return this.#draft;
  }

  /**
   * Lets core add files to a table that seems to be empty, though it gives each file that is asked for by its id.
   *
   * @param isCounted whether core has to see all files, to count them
   * @param run is given what core's own table in the making is to be replaced by when somebody else is to see it
   */
  add<T>(isCounted: boolean, run: (all: (made: FileTable<M, B>) => FileTable<M, B>) => T): T {
    if (this.#draft) this.setState({ files: this.#draft });
    const { files } = this.state;
    const shown = isCounted
      ? { ...files, [ADDED_ONLY]: true }
      : new Proxy({ [ADDED_ONLY]: true } as unknown as FileTable<M, B>, {
          get: (mark, id) => (typeof id === 'string' ? this.#current[id] : Reflect.get(mark, id)),
        });
    const adding: Adding<M, B> = { table: { ...files }, base: files, shown };
    this.#adding = adding;
    try {
      return run((made) => (this.#adding === adding ? this.#gather(adding, made) : made));
    } finally {
      if (this.#adding === adding) this.#adding = undefined;
    }
  }

  /** What is not core's own adding sees the whole table. */
  whileAllIsShown<T>(run: () => T): T {
    const adding = this.#adding;
    this.#adding = undefined;
    try {
      return run();
    } finally {
      this.#adding = adding;
    }
  }

  get #current(): FileTable<M, B> {
    return this.#draft ?? this.state.files;
  }

  /** Takes what was accepted out of core's table, so that it has nothing to copy for the next file. */
  #gather(adding: Adding<M, B>, made: FileTable<M, B>): FileTable<M, B> {
    const files = this.#current;
    if (files !== adding.base) {
      adding.base = files;
      adding.table = { ...files, ...adding.table };
    }
    for (const id of Object.keys(made)) {
      adding.table[id] = made[id] as FileTable<M, B>[string];
      delete made[id];
    }
    return adding.table;
  }

  #write(patch?: Partial<State<M, B>>): void {
    if (patch?.files) this.#draft = undefined;
    super.setState(patch);
  }
}
