import { builtinModules } from 'node:module';
import type { ImportGraph } from './readImportGraph.ts';

/** For each room, the rooms that it may import. */
export type RoomRules = Readonly<Record<string, readonly string[]>>;

export const ROOMS: RoomRules = {
  protocol: [],
  transfer: ['protocol'],
  uppy: ['protocol', 'transfer'],
  widget: ['protocol', 'transfer', 'uppy'],
  react: ['protocol', 'transfer', 'uppy', 'widget'],
  element: ['protocol', 'transfer', 'uppy', 'widget'],
  demo: ['protocol', 'transfer', 'uppy', 'widget', 'react', 'element'],
  endpoint: ['protocol'],
  doctor: ['protocol', 'endpoint'],
  bucket: [],
  dev: ['protocol', 'endpoint', 'doctor', 'bucket'],
};

/** These run in a browser: no module of Node, and nothing that holds or uses a secret key. */
const BROWSER_ROOMS = ['protocol', 'transfer', 'uppy', 'widget', 'react', 'element', 'demo'];
const SERVER_ONLY = [/^node:/, /^@aws-sdk\//, /^@smithy\//, /^@aws-crypto\//, /^jose$/];
const isServerOnly = (name: string) =>
  builtinModules.includes(name) || SERVER_ONLY.some((pattern) => pattern.test(name));

const roomOf = (file: string) => file.split('/')[0] ?? '';
const isFile = (graph: ImportGraph, target: string) => graph.has(target);

function wrongWays(graph: ImportGraph, rules: RoomRules): string[] {
  const problems: string[] = [];
  for (const [file, imports] of graph) {
    const room = roomOf(file);
    if (!file.includes('/')) continue;
    if (!Object.hasOwn(rules, room)) problems.push(`${file} is in no known room`);
    for (const target of imports) {
      if (target.startsWith('..')) problems.push(`${file} imports ${target}, outside of the sources`);
      else if (BROWSER_ROOMS.includes(room) && isServerOnly(target))
        problems.push(`${file} runs in a browser and imports ${target}`);
      else if (isInRoom(target, rules) && roomOf(target) !== room && !rules[room]?.includes(roomOf(target)))
        problems.push(`${file} may not import ${target}: ${room} must not know ${roomOf(target)}`);
    }
  }
  return problems;
}

const isInRoom = (target: string, rules: RoomRules) =>
  target.includes('/') && Object.hasOwn(rules, roomOf(target));

/** Every way round: each cycle once, written as the path that leads back to its first node. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) {
      found.push(`cycle: ${[...path.slice(start), node].join(' -> ')}`);
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) if (graph.has(next)) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}

function graphOfRooms(graph: ImportGraph): ReadonlyMap<string, readonly string[]> {
  const rooms = new Map<string, Set<string>>();
  for (const [file, imports] of graph) {
    const targets = rooms.get(roomOf(file)) ?? new Set<string>();
    for (const target of imports)
      if (isFile(graph, target) && roomOf(target) !== roomOf(file)) targets.add(roomOf(target));
    rooms.set(roomOf(file), targets);
  }
  return new Map([...rooms].map(([room, targets]) => [room, [...targets]]));
}

/**
 * What is wrong with the directions of imports: a room that imports one it must not know, a browser room that
 * imports a server's module, a cycle between files or between rooms. Empty when all is well.
 */
export function checkImportGraph(graph: ImportGraph, rules: RoomRules = ROOMS): string[] {
  return [...wrongWays(graph, rules), ...cycles(graph), ...cycles(graphOfRooms(graph))];
}
