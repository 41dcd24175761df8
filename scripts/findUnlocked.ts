interface LockedPackage {
  version?: string;
  optionalDependencies?: Record<string, string>;
}
export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

/** Where Node looks for a package, from a folder outwards. */
function placesOf(name: string, from: string): string[] {
  const places = [`node_modules/${name}`];
  for (let at = from.indexOf('node_modules/'); at >= 0; at = from.indexOf('/node_modules/', at + 1)) {
    const end = from.indexOf('/node_modules/', at + 1);
    places.unshift(`${end < 0 ? from : from.slice(0, end)}/node_modules/${name}`);
  }
  return places;
}

/**
 * Optional packages that are wanted by one of those locked, and not locked themselves: [by whom, name, version].
 * npm leaves out those that its registry does not have, and `npm ci` then refuses the lockfile everywhere.
 */
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
