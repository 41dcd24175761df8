import type { ConfigAnswer } from '../protocol/messages.ts';
import { ConfigLoader } from './ConfigLoader.ts';
import { isSameOption } from './isSameOption.ts';
import type { Notice } from './Notice.ts';
import { resolveHeaders } from './resolveOptions.ts';
import { toWidgetError } from './WidgetError.ts';
import type { Translate } from './WidgetLocale.ts';
import type { ConfigState, WidgetOptions } from './WidgetOptions.ts';

/** What the endpoint accepts: asked for or given by the page, and shown with a way to try again where it is not to be had. */
export class ConfigKeeper {
  readonly #options: () => WidgetOptions;
  readonly #say: Translate;
  readonly #notice: Notice;
  readonly #onChange: (config: ConfigAnswer | undefined) => void;
  readonly #loader: ConfigLoader;
  #config: ConfigAnswer | undefined;
  #failed: Extract<ConfigState, { status: 'failed' }> | undefined;
  #destroyed = false;

  constructor(
    options: () => WidgetOptions,
    say: Translate,
    notice: Notice,
    onChange: (config: ConfigAnswer | undefined) => void,
  ) {
    this.#options = options;
    this.#say = say;
    this.#notice = notice;
    this.#onChange = onChange;
    this.#loader = new ConfigLoader(
      () => ({ ...options(), headers: () => resolveHeaders(options().headers) }),
      (state) => this.#set(state),
    );
  }

  /** Undefined until it is known. */
  get config(): ConfigAnswer | undefined {
    return this.#config;
  }

  ask(): void {
    const { config } = this.#options();
    if (!config) {
      void this.#loader.load();
      return;
    }
    this.#loader.stop();
    this.#set(config);
  }

  forget(): void {
    this.#config = undefined;
    this.#onChange(undefined);
  }

  /** Says again, in another language, what is being said. */
  translate(): void {
    if (!this.#failed) return;
    const { message, details } = toWidgetError(this.#failed.error, this.#say);
    this.#notice.show([this.#say('configFailed'), message, details], {
      label: this.#say('tryAgain'),
      onClick: this.#failed.retry,
    });
  }

  destroy(): void {
    this.#destroyed = true;
    this.#loader.destroy();
  }

  #set(state: ConfigState): void {
    if (this.#destroyed || state.status === 'pending') return;
    if (state.status === 'failed') {
      this.#failed = state;
      this.translate();
      this.#options().onError?.(toWidgetError(state.error, this.#say));
      return;
    }
    this.#failed = undefined;
    this.#notice.hide();
    if (isSameOption(this.#config, state.config)) return;
    this.#config = state.config;
    this.#onChange(state.config);
    this.#options().onConfig?.(state.config);
  }
}
