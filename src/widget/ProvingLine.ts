import type { WidgetLocale } from './WidgetLocale.ts';

/** Says that what the bucket has of a file is compared with it, which reads those bytes again and takes its time. */
export class ProvingLine {
  readonly element = document.createElement('div');
  readonly #words = document.createElement('strong');
  /** Not read out: it changes all the time. */
  readonly #percent = document.createElement('span');

  constructor() {
    this.element.className = 'bucketdrop-notice bucketdrop-notice-quiet';
    this.#percent.setAttribute('aria-hidden', 'true');
    this.element.append(this.#words, this.#percent);
  }

  /** @param share from 0 to 1 */
  show(share: number, { say, language }: WidgetLocale): void {
    const words = say('proving');
    if (this.#words.textContent !== words) this.#words.textContent = words;
    this.#percent.textContent = new Intl.NumberFormat(language, { style: 'percent' }).format(share);
  }
}
