/** Each of these properties stands in an attribute. */
export interface ReflectedProperties {
  endpoint: string;
  kind: string;
  name: string;
  credentials: string;
  dialect: string;
  locale: string;
  theme: string;
  transfer: string;
  width: string;
  height: string;
  note: string;
  journal: string;
  warnBeforeLeaving: string;
  storedFiles: string;
  autoUpload: boolean;
  keepSmallFiles: boolean;
  maxBytesPerSecond: string;
  polite: boolean;
  required: boolean;
  disabled: boolean;
}

const TEXTS = {
  endpoint: 'endpoint',
  kind: 'kind',
  name: 'name',
  credentials: 'credentials',
  dialect: 'dialect',
  locale: 'locale',
  theme: 'theme',
  transfer: 'transfer',
  width: 'width',
  height: 'height',
  note: 'note',
  journal: 'journal',
  warnBeforeLeaving: 'warn-before-leaving',
  storedFiles: 'stored-files',
  maxBytesPerSecond: 'max-bytes-per-second',
} as const;
const FLAGS = {
  autoUpload: 'auto-upload',
  keepSmallFiles: 'keep-small-files',
  polite: 'polite',
  required: 'required',
  disabled: 'disabled',
} as const;

export const REFLECTED_PROPERTIES: readonly (keyof ReflectedProperties)[] = [
  ...(Object.keys(TEXTS) as (keyof typeof TEXTS)[]),
  ...(Object.keys(FLAGS) as (keyof typeof FLAGS)[]),
];

/** Left without a DOM, as on a server, the module can still be loaded. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;
class Reflecting extends Base {}

for (const [property, attribute] of Object.entries(TEXTS))
  Object.defineProperty(Reflecting.prototype, property, {
    configurable: true,
    enumerable: true,
    get(this: Element) {
      return this.getAttribute(attribute) ?? '';
    },
    set(this: Element, value: unknown) {
      if (value === null || value === undefined) this.removeAttribute(attribute);
      else this.setAttribute(attribute, String(value));
    },
  });

for (const [property, attribute] of Object.entries(FLAGS))
  Object.defineProperty(Reflecting.prototype, property, {
    configurable: true,
    enumerable: true,
    get(this: Element) {
      return this.hasAttribute(attribute);
    },
    set(this: Element, value: unknown) {
      this.toggleAttribute(attribute, Boolean(value));
    },
  });

/** An element whose properties are its attributes, as HTML's own elements have it. */
export const ReflectingElement = Reflecting as new () => HTMLElement & ReflectedProperties;
