import type { Body, Meta, Uppy } from '@uppy/core';

/** The widget's own Uppy can write many changes as one. */
interface Batching {
  batch(run: () => void): void;
}

/** Writes what `run` changes of files at once where Uppy can do that: each write by itself copies its whole table. */
export function inBatch<M extends Meta, B extends Body>(uppy: Uppy<M, B>, run: () => void): void {
  if ('batch' in uppy) (uppy as unknown as Batching).batch(run);
  else run();
}
