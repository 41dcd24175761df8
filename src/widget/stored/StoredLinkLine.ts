import { formatCountdown, formatDuration, secondsLeft, watchCountdown } from './countdown.ts';
import type { SayStored } from './storedStrings.ts';

interface Shown {
  url: string;
  expiresAtMs: number;
  isCopied: boolean;
}

/** What became of a link that was asked for: how long it is good, that it ran out, or the link itself to copy by hand. */
export class StoredLinkLine {
  readonly element = document.createElement('div');
  readonly #fileName: string;
  readonly #announce: (text: string) => void;
  readonly #onExpired: () => void;
  #stop: (() => void) | undefined;

  constructor(fileName: string, announce: (text: string) => void, onExpired: () => void) {
    this.#fileName = fileName;
    this.#announce = announce;
    this.#onExpired = onExpired;
    this.element.className = 'bucketdrop-stored-line';
    this.element.hidden = true;
  }

  show({ url, expiresAtMs, isCopied }: Shown, say: SayStored, language: string): void {
    this.clear();
    const text = document.createElement('span');
    text.setAttribute('role', 'timer');
    this.element.replaceChildren(text);
    this.element.hidden = false;
    if (!isCopied) this.element.append(this.#field(url, say));
    const key = isCopied ? 'storedCopied' : 'storedLink';
    // Said once in words; a clock that is read out every second would drown all else.
    this.#announce(say(key, { time: formatDuration(secondsLeft(expiresAtMs), language) }));
    this.#stop = watchCountdown(expiresAtMs, (seconds) => {
      if (seconds > 0) text.textContent = say(key, { time: formatCountdown(seconds) });
      else this.#expire(say);
    });
  }

  clear(): void {
    this.#stop?.();
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  #expire(say: SayStored): void {
    const text = document.createElement('strong');
    text.textContent = say('storedExpired');
    this.element.replaceChildren(text);
    this.#announce(say('storedExpiredOf', { file: this.#fileName }));
    this.#onExpired();
  }

  #field(url: string, say: SayStored): HTMLInputElement {
    const field = document.createElement('input');
    field.readOnly = true;
    field.value = url;
    // Not part of the form around the widget.
    field.setAttribute('form', '');
    field.setAttribute('aria-label', say('storedLinkOf', { file: this.#fileName }));
    field.addEventListener('focus', () => field.select());
    return field;
  }
}
