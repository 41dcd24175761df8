export type Theme = 'light' | 'dark';

/** Follows the wished theme; `auto` means the system's, also when that changes. */
export class ThemeWatcher {
  readonly #system = window.matchMedia('(prefers-color-scheme: dark)');
  readonly #apply: (theme: Theme) => void;
  #wished: Theme | 'auto' = 'auto';

  constructor(apply: (theme: Theme) => void) {
    this.#apply = apply;
    this.#system.addEventListener('change', this.#onSystemChange);
  }

  set(wished: Theme | 'auto'): void {
    this.#wished = wished;
    this.#apply(this.current);
  }

  get current(): Theme {
    if (this.#wished !== 'auto') return this.#wished;
    return this.#system.matches ? 'dark' : 'light';
  }

  destroy(): void {
    this.#system.removeEventListener('change', this.#onSystemChange);
  }

  readonly #onSystemChange = (): void => {
    if (this.#wished === 'auto') this.#apply(this.current);
  };
}
