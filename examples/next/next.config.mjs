import { fileURLToPath } from 'node:url';

export default {
  turbopack: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    // in a site, the package itself
    resolveAlias: { 'bucketdrop/endpoint': '../../src/endpoint/index.ts' },
  },
  // TypeScript 7 has no API that Next could check types with
  typescript: { ignoreBuildErrors: true },
};
