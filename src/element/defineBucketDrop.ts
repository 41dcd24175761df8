import { BucketDropElement } from './BucketDropElement.ts';

/**
 * Registers `<bucket-drop>`, once for a page: what is registered already under this name stays.
 *
 * @param name for a page where another element has taken the name
 */
export function defineBucketDrop(name = 'bucket-drop'): void {
  if (customElements.get(name)) return;
  // One class has one name, so a second name needs a class of its own.
  const isTaken = customElements.getName?.(BucketDropElement);
  customElements.define(name, isTaken ? class extends BucketDropElement {} : BucketDropElement);
}
