import type { Uppy } from '@uppy/core';
import type { StoredObject } from '../protocol/messages.ts';
import type { PanelState, StoredPanel } from './stored/StoredPanel.ts';
import type { WidgetBody, WidgetFile, WidgetMeta } from './WidgetOptions.ts';
import type { WidgetView } from './WidgetView.ts';
import { whenIdle } from './whenIdle.ts';

/** Shows the panel of stored files where it is wanted. It is loaded when there may be something to show. */
export class StoredFilesSwitch {
  readonly #uppy: Uppy<WidgetMeta, WidgetBody>;
  readonly #view: WidgetView;
  readonly #state: () => PanelState;
  #panel: StoredPanel | undefined;
  #endpoint: string | undefined;
  #destroyed = false;
  #loading: Promise<void> | undefined;
  #waiting: [WidgetFile, StoredObject][] = [];

  constructor(uppy: Uppy<WidgetMeta, WidgetBody>, view: WidgetView, state: () => PanelState) {
    this.#uppy = uppy;
    this.#view = view;
    this.#state = state;
  }

  /** After options, language or the endpoint's config have changed. */
  refresh(): void {
    const { storedFiles = false, endpoint } = this.#state().options;
    if (this.#panel && (!storedFiles || this.#endpoint !== endpoint)) this.#close();
    this.#panel?.refresh();
    // An earlier page of this tab may have kept some.
    if (storedFiles === 'session' && !this.#panel) void whenIdle().then(() => this.#load());
  }

  add(file: WidgetFile, object: StoredObject): void {
    if (!this.#state().options.storedFiles) return;
    this.#waiting.push([file, object]);
    void this.#load();
  }

  destroy(): void {
    this.#destroyed = true;
    this.#close();
  }

  #close(): void {
    this.#panel?.destroy();
    this.#panel = undefined;
  }

  async #load(): Promise<void> {
    if (!this.#panel) {
      this.#loading ??= this.#open();
      await this.#loading;
      this.#loading = undefined;
    }
    for (const [file, object] of this.#waiting.splice(0)) this.#panel?.list.add(file, object);
  }

  /** Where the panel cannot be loaded, the files are stored all the same; the next one tries again. */
  async #open(): Promise<void> {
    try {
      const { StoredPanel } = await import('./stored/StoredPanel.ts');
      const { storedFiles, endpoint } = this.#state().options;
      if (!storedFiles || this.#destroyed) return;
      this.#endpoint = endpoint;
      this.#panel = new StoredPanel(this.#uppy, this.#state);
      this.#view.append(this.#panel.element);
    } catch (error) {
      this.#uppy.log(error as Error, 'warning');
    }
  }
}
