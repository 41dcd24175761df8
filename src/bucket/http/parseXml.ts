import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from '../S3Error.ts';

/** An element: its text and its children by tag, in document order. */
export interface XmlElement {
  readonly text: string;
  readonly children: ReadonlyArray<readonly [tag: string, element: XmlElement]>;
}

type Ordered = Record<string, unknown>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  removeNSPrefix: true,
  trimValues: false,
  htmlEntities: true,
});

/**
 * Parses a request body and returns its root.
 * @throws S3Error MalformedXML unless it is well-formed with exactly this root.
 */
export function parseXml(body: string, root: string): XmlElement {
  if (/<!DOCTYPE/i.test(body) || XMLValidator.validate(body) !== true) throw new S3Error('MalformedXML');
  let nodes: Ordered[];
  try {
    nodes = parser.parse(body) as Ordered[];
  } catch {
    throw new S3Error('MalformedXML');
  }
  const elements = toElement(nodes).children;
  const first = elements[0];
  if (elements.length !== 1 || first === undefined || first[0] !== root) throw new S3Error('MalformedXML');
  return first[1];
}

/** All children with this tag. */
export function childrenOf(element: XmlElement, tag: string): XmlElement[] {
  return element.children.filter(([name]) => name === tag).map(([, child]) => child);
}

/** The text of the one child with this tag, or undefined; twice is MalformedXML. */
export function textOf(element: XmlElement, tag: string): string | undefined {
  const found = childrenOf(element, tag);
  if (found.length > 1) throw new S3Error('MalformedXML');
  return found[0]?.text;
}

function toElement(nodes: readonly Ordered[]): XmlElement {
  let text = '';
  const children: [string, XmlElement][] = [];
  for (const node of nodes) {
    for (const [tag, inner] of Object.entries(node)) {
      if (tag === ':@') continue;
      if (tag === '#text') text += String(inner);
      else children.push([tag, toElement(inner as Ordered[])]);
    }
  }
  return { text, children };
}
