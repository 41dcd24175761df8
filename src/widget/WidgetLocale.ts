import type { Locale } from '@uppy/core/utils';
import { Translator } from '@uppy/core/utils';
import { english, type OwnStrings } from './strings.ts';

export type Translate = (
  key: keyof OwnStrings,
  values?: { smart_count?: number } & Record<string, string | number>,
) => string;

/** A pack of one's own: any of Uppy's strings and of ours; what it leaves out is said in English. */
export interface LocalePack {
  strings: Record<string, string | Record<number, string>>;
  pluralize?: ((count: number) => number) | undefined;
  /** BCP 47, for numbers and lists. Default: the page's language. */
  language?: string | undefined;
}

/** One language, ready for use. */
export class WidgetLocale {
  /** For Uppy: its own pack with our strings on top. */
  readonly uppy: Locale;
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly #translator: Translator;

  constructor(pack: LocalePack, language: string) {
    this.language = language;
    this.direction = RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr';
    const pluralize = pack.pluralize ?? ((count: number) => (count === 1 ? 0 : 1));
    const own = ownStrings(pack.strings, pluralize);
    this.uppy = { strings: { ...pack.strings, ...own } as Locale['strings'], pluralize };
    this.#translator = new Translator([this.uppy]);
  }

  /** The same with another text for one string of Uppy; with an empty text, just the same. */
  withString(key: string, text: string): WidgetLocale {
    if (!text) return this;
    const { strings, pluralize } = this.uppy;
    return new WidgetLocale({ strings: { ...strings, [key]: text }, pluralize }, this.language);
  }

  readonly say: Translate = (key, values) => this.#translator.translate(key, values);
}

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/i;

/**
 * A language with more plural forms than English asks for forms that the English fallback does not have: its last
 * form stands for those.
 */
function ownStrings(
  given: LocalePack['strings'],
  pluralize: (count: number) => number,
): LocalePack['strings'] {
  const highest = Math.max(...[0, 1, 2, 3, 5, 11, 21, 100, 101, 102].map(pluralize));
  const result: LocalePack['strings'] = {};
  for (const [key, fallback] of Object.entries(english)) {
    const text = Object.hasOwn(given, key) ? given[key] : undefined;
    result[key] = text ?? (typeof fallback === 'string' ? fallback : fillForms(fallback, highest));
  }
  return result;
}

function fillForms(forms: Record<number, string>, highest: number): Record<number, string> {
  const filled: Record<number, string> = {};
  for (let form = 0; form <= highest; form++)
    filled[form] = (highest < 2 ? forms[form] : undefined) ?? forms[1] ?? '';
  return filled;
}
