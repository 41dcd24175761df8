import { Widget } from './Widget.ts';
import type { WidgetOptions } from './WidgetOptions.ts';

/**
 * Puts an upload widget into `target`, behind what is already in there.
 *
 * @example
 * const widget = createWidget(document.querySelector('#files'), {
 *   endpoint: '/api/uploads',
 *   onUploaded: (file, object) => console.log(file.name, 'is stored as', object.key),
 * });
 */
export function createWidget(target: Element, options: WidgetOptions): Widget {
  return new Widget(target, options);
}
