/** One entry of `allowedTypes`, taken apart. */
export type TypeRule =
  | { kind: 'type'; text: string; type: string }
  | { kind: 'group'; text: string; group: string }
  | { kind: 'extension'; text: string; extension: string }
  | { kind: 'faulty'; text: string };

// RFC 6838, section 4.2: what a type's and a subtype's names are made of.
const NAME = '[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}';
const TYPE = new RegExp(`^${NAME}/${NAME}$`);
const GROUP = /^([A-Za-z0-9-]+|\*)\/\*$/;
const EXTENSION = /^\.[^/\\\s]+$/;
// RFC 9110, section 8.3.1: type/subtype, then parameters.
const MEDIA_TYPE = new RegExp(
  `^${NAME}/${NAME}(?: ?; ?[A-Za-z0-9!#$%&'*+.^_\`|~-]+=(?:[A-Za-z0-9!#$%&'*+.^_\`|~-]+|"[ !#-\\[\\]-~]*"))*$`,
);

/** Takes the site's list apart once; what is neither MIME type nor extension comes back as `faulty`. */
export function parseAllowedTypes(list: readonly string[]): TypeRule[] {
  return list.map((text) => {
    const group = GROUP.exec(text);
    if (group !== null) return { kind: 'group', text, group: (group[1] ?? '').toLowerCase() };
    if (EXTENSION.test(text)) return { kind: 'extension', text, extension: text.toLowerCase() };
    if (TYPE.test(text)) return { kind: 'type', text, type: text.toLowerCase() };
    return { kind: 'faulty', text };
  });
}

/** True for a value that may stand in a `Content-Type` header. */
export function isMediaType(type: string): boolean {
  return type.length <= 255 && MEDIA_TYPE.test(type);
}

/** How a file is let in: by its own type, or by that of its name's extension; null if it is not. */
export type Admission = 'type' | 'extension' | null;

/** Whether the file's type or the end of its name matches one of the rules. `null` allows all. */
export function admitType(
  rules: readonly TypeRule[] | null,
  file: { name: string; type: string },
): Admission {
  if (rules === null) return 'type';
  const essence = (file.type.split(';', 1)[0] ?? '').trim().toLowerCase();
  const name = file.name.toLowerCase();
  if (
    rules.some(
      (rule) =>
        (rule.kind === 'type' && essence === rule.type) ||
        (rule.kind === 'group' && (rule.group === '*' || essence.startsWith(`${rule.group}/`))),
    )
  )
    return 'type';
  return rules.some((rule) => rule.kind === 'extension' && name.endsWith(rule.extension))
    ? 'extension'
    : null;
}
