import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { CLIENTS } from './options.ts';

/** Builds one bundle for each client, as a site would: minified, nothing shared. */
export async function buildPages(clients: readonly string[], folder: string): Promise<void> {
  for (const client of clients) {
    await build({
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      build: {
        target: 'es2022',
        outDir: folder,
        emptyOutDir: false,
        modulePreload: false,
        rolldownOptions: {
          input: {
            [client]: fileURLToPath(new URL(join('clients', CLIENTS[client] as string), import.meta.url)),
          },
          output: { entryFileNames: '[name].js', chunkFileNames: `${client}-[name]-[hash].js` },
        },
      },
    });
  }
}
