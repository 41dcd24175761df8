import { readFileSync, writeFileSync } from 'node:fs';

interface LockedPackage {
  version?: string;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}
export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];
const C_LIBRARIES: Readonly<Record<string, string>> = {
  gnu: 'glibc',
  gnueabihf: 'glibc',
  musl: 'musl',
  musleabihf: 'musl',
};

/** Where Node looks for a package, from a folder outwards. */
function placesOf(name: string, from: string): string[] {
  const places = [`node_modules/${name}`];
  for (let at = from.indexOf('node_modules/'); at >= 0; at = from.indexOf('/node_modules/', at + 1)) {
    const end = from.indexOf('/node_modules/', at + 1);
    places.unshift(`${end < 0 ? from : from.slice(0, end)}/node_modules/${name}`);
  }
  return places;
}

/** Optional packages that are wanted by one of those locked, and not locked themselves: [by whom, name, version]. */
export function findUnlocked({ packages }: Lockfile): [from: string, name: string, version: string][] {
  return Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      // a range is for npm to choose from
      .filter(([, version]) => /^\d+\.\d+\.\d+/.test(version))
      .filter(
        ([name, version]) => !placesOf(name, from).some((place) => packages[place]?.version === version),
      )
      .map(([name, version]): [string, string, string] => [from, name, version]),
  );
}

/** Which machines a package such as `@oxc-parser/binding-linux-arm64-musl` is for, as its name says. */
function readPlatform(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/-]/);
  const libraries = words.flatMap((word) =>
    Object.hasOwn(C_LIBRARIES, word) ? [C_LIBRARIES[word] as string] : [],
  );
  const os = words.filter((word) => SYSTEMS.includes(word));
  return {
    cpu: words.filter((word) => PROCESSORS.includes(word)),
    ...(libraries.length > 0 && { libc: libraries }),
    os,
  };
}

/**
 * Locks what npm left out. A registry that mirrors only some machines' builds makes npm write a lockfile without the
 * others, which `npm ci` then refuses everywhere.
 */
export function completeLockfile(lockfile: Lockfile): Lockfile {
  const packages = { ...lockfile.packages };
  for (const [from, name, version] of findUnlocked(lockfile)) {
    const atRoot = `node_modules/${name}`;
    const place = Object.hasOwn(packages, atRoot) ? `${from}/${atRoot}` : atRoot;
    packages[place] = {
      version,
      ...(packages[from]?.dev && { dev: true }),
      optional: true,
      ...readPlatform(name),
    };
  }
  const [root, ...others] = Object.entries(packages);
  const sorted = others.sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lockfile, packages: Object.fromEntries(root ? [root, ...sorted] : []) };
}

if (process.argv[1]?.endsWith('completeLockfile.ts')) {
  const lockfile = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile;
  writeFileSync('package-lock.json', `${JSON.stringify(completeLockfile(lockfile), null, 2)}\n`);
}
