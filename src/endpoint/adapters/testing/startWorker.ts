import type { Readable } from 'node:stream';
import { Miniflare } from 'miniflare';
import { bundleServer } from './bundleServer.ts';
import type { Host, HostEnv } from './Host.ts';

/** The example's Worker in workerd, the runtime that Cloudflare has, with or without Node's modules. */
export async function startWorker(env: HostEnv, { node }: { node: boolean }): Promise<Host> {
  let printed = '';
  const worker = new Miniflare({
    modules: true,
    scriptPath: await bundleServer('worker', node ? 'workerWithNode' : 'worker'),
    bindings: { ...env },
    compatibilityDate: '2026-04-01',
    compatibilityFlags: node ? ['nodejs_compat'] : [],
    host: '127.0.0.1',
    handleRuntimeStdio(stdout: Readable, stderr: Readable) {
      for (const stream of [stdout, stderr]) stream.on('data', (text) => (printed += text));
    },
  });
  const { origin } = await worker.ready;
  return { url: origin, printed: () => printed, stop: () => worker.dispose() };
}
