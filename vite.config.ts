import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin, UserConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import packageJson from './package.json' with { type: 'json' };

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * What a bundler of the package's user resolves by itself: everything that is not ours. The Dashboard is built in: it
 * has to fit the styles that are, and comes without what the widget never shows.
 */
const packageNames = Object.keys({ ...packageJson.dependencies, ...packageJson.peerDependencies });
/** The output folder is shared by two builds, so each takes away only its own old chunks. */
function removeOldChunks(folder: string): Plugin {
  let outDir = '';
  return {
    name: 'remove-old-chunks',
    configResolved: ({ root, build }) => {
      outDir = resolve(root, build.outDir);
    },
    buildStart: () => rmSync(join(outDir, folder), { recursive: true, force: true }),
  };
}

/** Of its own package.json, Uppy reads the version alone; the rest would be bundled with it. */
const onlyTheVersion: Plugin = {
  name: 'only-the-version',
  enforce: 'pre',
  transform: {
    filter: { id: /\/@uppy\/[^/]+\/package\.json$/ },
    handler: (code) => ({ code: JSON.stringify({ version: JSON.parse(code).version }), map: null }),
  },
};

const LATER: Readonly<Record<string, string>> = {
  // Reads EXIF, which is larger than our whole transfer: loaded with the first image.
  '@uppy/thumbnail-generator': 'src/widget/LazyThumbnailGenerator.ts',
  // The Dashboard takes an icon from it, and with it come the views of remote sources, which the widget has none of.
  '@uppy/core/provider-views': 'src/widget/noProviderViews.ts',
};

const isLater = (id: string, importer: string | undefined) =>
  Object.hasOwn(LATER, id) && (importer?.includes('/@uppy/dashboard/') ?? false);

const isExternal = (id: string, importer?: string) =>
  id.startsWith('node:') ||
  (!isLater(id, importer) && packageNames.some((name) => id === name || id.startsWith(`${name}/`)));

/** Leaves for later, or out, what the Dashboard imports and few pages need. */
const lighterDashboard: Plugin = {
  name: 'lighter-dashboard',
  enforce: 'pre',
  resolveId(id, importer) {
    return isLater(id, importer) ? at(LATER[id] as string) : undefined;
  },
};

const WORKER = 'shared/checksumWorker.js';

/** Bundlers take a worker along when its URL stands there as they know it; Vite writes it in a way that they don't. */
const plainWorkerUrl: Plugin = {
  name: 'plain-worker-url',
  enforce: 'post',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk' || !chunk.code.includes(WORKER)) continue;
      const url = relative(dirname(chunk.fileName), WORKER);
      chunk.code = chunk.code.replace(
        /new URL\(\s*\/\*[^*]*\*\/\s*"[^"]*checksumWorker\.js",\s*"" \+ import\.meta\.url\s*\)/,
        `new URL("${url.startsWith('.') ? url : `./${url}`}", import.meta.url)`,
      );
      if (!chunk.code.includes(`${url}", import.meta.url)`))
        this.error('the URL of the worker was not found');
    }
  },
};

/** ES modules for people who have a bundler; dependencies stay imports. */
const library: UserConfig = {
  publicDir: false,
  plugins: [react(), onlyTheVersion, lighterDashboard, removeOldChunks('shared'), plainWorkerUrl],
  worker: { format: 'es', rolldownOptions: { output: { entryFileNames: WORKER } } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    lib: {
      formats: ['es'],
      entry: {
        index: at('src/react/index.ts'),
        element: at('src/element/index.ts'),
        uppy: at('src/uppy/index.ts'),
        endpoint: at('src/endpoint/index.ts'),
        'endpoint/workers': at('src/endpoint/workers.ts'),
        cli: at('src/doctor/cli.ts'),
      },
    },
    rolldownOptions: {
      external: isExternal,
      output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
    },
  },
};

/**
 * The file for a `<script type="module">` line, with everything in it. Built as an app, because library mode does
 * not fully minify ES output. Chunks are named relative to the file, so that it works from any folder of any host.
 */
const scriptTag: UserConfig = {
  base: './',
  publicDir: false,
  plugins: [react(), onlyTheVersion, lighterDashboard, removeOldChunks('chunks')],
  worker: { format: 'es', rolldownOptions: { output: { entryFileNames: 'chunks/[name]-[hash].js' } } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: false,
    modulePreload: false,
    cssCodeSplit: true,
    license: { fileName: 'LICENSES.md' },
    rolldownOptions: {
      input: { bucketdrop: at('src/element/script.ts'), style: at('src/widget/style.css') },
      output: {
        entryFileNames: '[name].min.js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        assetFileNames: (asset) =>
          asset.names.some((name) => name === 'style.css') ? 'style.css' : 'chunks/[name]-[hash][extname]',
      },
    },
  },
};

/** The demo page: what `npm start` serves as it is, and the browser tests serve built. */
const demo: UserConfig = {
  // the same as in what is shipped
  plugins: [react(), onlyTheVersion, lighterDashboard],
  build: {
    target: 'es2022',
    outDir: '.bucketdrop/demo',
    emptyOutDir: true,
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      input: [
        'index.html',
        'examples/react.html',
        'examples/uppy.html',
        'chaos/page/index.html',
        'e2e/pages/stock.html',
        'e2e/pages/companion.html',
      ].map(at),
    },
  },
  // the examples import the package by its name
  resolve: { tsconfigPaths: true },
  test: {
    include: ['{src,examples}/**/*.test.{ts,tsx}', '{scripts,chaos}/**/*.test.ts'],
    environment: 'node',
    pool: 'threads',
    // the longest tests wait for others' patience; on two cores, the default would be to run one file at a time
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // of those that wait for nothing, none takes seconds, unless the machine is busy
    testTimeout: 30_000,
    restoreMocks: true,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
};

export default defineConfig(({ mode }) => (mode === 'lib' ? library : mode === 'script' ? scriptTag : demo));
