import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
/** Tests that run side by side build the same ones. */
const BUILT = `${ROOT}/.bucketdrop/servers/${process.env.VITEST_POOL_ID ?? 0}`;

/** For each kind of runtime, what its own tools tell esbuild. */
const TARGETS = {
  /** Packages stay imports, as in a server that is started from its sources. */
  node: { platform: 'node', packages: 'external' },
  /** What wrangler sets for a Worker; Node's modules only where the flag `nodejs_compat` brings them. */
  worker: { platform: 'browser', conditions: ['workerd', 'worker', 'browser'] },
  workerWithNode: { platform: 'browser', conditions: ['workerd', 'worker', 'browser'], external: ['node:*'] },
} as const satisfies Record<string, BuildOptions>;

/**
 * Bundles one of `examples/servers/` as a site would, `bucketdrop/endpoint` being the sources here.
 *
 * @returns the file
 */
export async function bundleServer(name: string, target: keyof typeof TARGETS): Promise<string> {
  const outfile = `${BUILT}/${name}.${target}.mjs`;
  await build({
    ...TARGETS[target],
    entryPoints: [`${ROOT}/examples/servers/${name}.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    alias: {
      'bucketdrop/endpoint/workers': `${ROOT}/src/endpoint/workers.ts`,
      'bucketdrop/endpoint': `${ROOT}/src/endpoint/index.ts`,
    },
  });
  return outfile;
}
