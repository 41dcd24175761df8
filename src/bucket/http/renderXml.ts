/** A tree that becomes XML: an array repeats its tag, `undefined` leaves it out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [tag: string]: XmlValue };

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/**
 * Renders an XML document with one root in S3's namespace (`namespace: false` for `<Error>`, which has none).
 * Keys may hold control characters; like S3 these are written as character references, and a carriage return
 * too, which a parser would otherwise turn into a line feed.
 */
export function renderXml(root: string, value: XmlValue, namespace = true): string {
  const attribute = namespace ? ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"' : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${renderValue(value)}</${root}>`;
}

function renderValue(value: XmlValue): string {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escapeXml(String(value));
  if (isList(value)) return value.map(renderValue).join('');
  return Object.entries(value)
    .map(([tag, inner]) => renderTag(tag, inner))
    .join('');
}

function renderTag(tag: string, inner: XmlValue): string {
  if (inner === undefined) return '';
  if (isList(inner)) return inner.map((one) => renderTag(tag, one)).join('');
  return `<${tag}>${renderValue(inner)}</${tag}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones that need it
  return text.replace(/[&<>"\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, (char) =>
    Object.hasOwn(ESCAPES, char) ? (ESCAPES[char] as string) : `&#x${char.charCodeAt(0).toString(16)};`,
  );
}
