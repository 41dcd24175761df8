import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'oxc-parser';

/** File (relative to the root, with `/`) -> what it imports: such a file, or the name of a package. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const IMPORTING_NODES = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

type Node = { type?: string } & Record<string, unknown>;

const literal = (node: unknown): string | undefined => {
  const value = (node as Node | null | undefined)?.value;
  return typeof value === 'string' ? value : undefined;
};

/** `new URL('./worker.ts', import.meta.url)` is how a worker is imported. */
function workerUrl(node: Node): string | undefined {
  const [first, second] = (node.arguments ?? []) as Node[];
  const isUrl = node.type === 'NewExpression' && (node.callee as Node).name === 'URL';
  const target = isUrl && second?.type === 'MemberExpression' ? literal(first) : undefined;
  return target && /\.[jt]sx?$/.test(target) ? target : undefined;
}

function collect(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, found);
  } else if (typeof node === 'object' && node !== null) {
    const typed = node as Node;
    const specifier = IMPORTING_NODES.has(typed.type ?? '') ? literal(typed.source) : workerUrl(typed);
    if (specifier !== undefined) found.add(specifier);
    for (const child of Object.values(typed)) collect(child, found);
  }
}

/**
 * Everything that one source file imports or re-exports: types, dynamic imports and workers too.
 * @throws Error if the source does not parse.
 */
export function readImports(file: string, source: string): string[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found = new Set<string>();
  collect(program, found);
  return [...found].map((specifier) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier.replace(/\?.*$/, '')) : specifier,
  );
}

/** The imports of every TypeScript file under `root`, tests left out: they may look into any room. */
export function readImportGraph(root: string): ImportGraph {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter(
      (file) => /\.tsx?$/.test(file) && !/\.(test|test-d)\.tsx?$/.test(file) && !file.endsWith('.d.ts'),
    );
  return new Map(files.map((file) => [file, readImports(file, readFileSync(join(root, file), 'utf8'))]));
}
