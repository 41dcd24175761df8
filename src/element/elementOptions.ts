import type { WidgetOptions } from '../widget/WidgetOptions.ts';

/** The attributes that become options of the widget. */
export const OPTION_ATTRIBUTES = [
  'endpoint',
  'kind',
  'credentials',
  'dialect',
  'auto-upload',
  'locale',
  'theme',
  'transfer',
  'width',
  'height',
  'note',
  'journal',
  'keep-small-files',
  'max-bytes-per-second',
  'polite',
  'warn-before-leaving',
  'stored-files',
  'keep-awake',
] as const;

const THEMES = ['light', 'dark', 'auto'] as const;
const TRANSFERS = ['direct', 'uppy-aws-s3'] as const;
const DIALECTS = ['companion'] as const;
const CREDENTIALS = ['omit', 'same-origin', 'include'] as const;

/** Reads the attributes. A value that is none of the known ones counts as left out, as HTML does it. */
export function readOptions(element: Element): WidgetOptions {
  const text = (name: string) => element.getAttribute(name) ?? undefined;
  return {
    endpoint: text('endpoint') ?? '',
    kind: text('kind') || undefined,
    credentials: oneOf(CREDENTIALS, text('credentials')),
    dialect: oneOf(DIALECTS, text('dialect')),
    autoUpload: element.hasAttribute('auto-upload'),
    locale: text('locale') || undefined,
    theme: oneOf(THEMES, text('theme')),
    transfer: oneOf(TRANSFERS, text('transfer')),
    width: toLength(text('width')),
    height: toLength(text('height')),
    note: text('note'),
    journal: toSwitch(text('journal')),
    keepSmallFiles: element.hasAttribute('keep-small-files'),
    maxBytesPerSecond: toRate(text('max-bytes-per-second')),
    polite: element.hasAttribute('polite'),
    warnBeforeLeaving: toSwitch(text('warn-before-leaving')),
    storedFiles: text('stored-files') === 'session' ? 'session' : element.hasAttribute('stored-files'),
    keepAwake: element.hasAttribute('keep-awake'),
  };
}

function oneOf<Value extends string>(values: readonly Value[], text: string | undefined): Value | undefined {
  return values.find((value) => value === text);
}

/** For what is on by default: `off` turns it off, as in `autocomplete="off"`. */
function toSwitch(text: string | undefined): boolean | undefined {
  return text === 'off' ? false : undefined;
}

function toRate(text: string | undefined): number | undefined {
  const rate = Number(text);
  return rate > 0 ? rate : undefined;
}

/** `300` means pixels, as in `<img width>`. */
function toLength(text: string | undefined): string | number | undefined {
  if (!text) return undefined;
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
