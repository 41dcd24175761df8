import { startCeph } from '../../e2e/ceph/startCeph.ts';
import { startProcess } from '../processes/startProcess.ts';
import { type BenchStore, BUCKET } from './BenchStore.ts';
import type { LocalCalls } from './localProcess.ts';
import { s3Store } from './s3Store.ts';
import { startSink } from './startSink.ts';

/** By the name that `--store` takes. */
const STARTERS = {
  sink: startSink,
  local: startLocal,
  ceph: startCephStore,
} as const satisfies Record<string, () => Promise<BenchStore>>;

export type StoreName = keyof typeof STARTERS;
export const STORES = Object.keys(STARTERS) as StoreName[];

export function startStore(name: StoreName): Promise<BenchStore> {
  return STARTERS[name]();
}

async function startLocal(): Promise<BenchStore> {
  const local = await startProcess<LocalCalls>(new URL('localProcess.ts', import.meta.url));
  return s3Store({ ...(await local.call.place()), bucket: BUCKET, profile: 'local' }, async () =>
    local.stop(),
  );
}

/** A real S3 server, on Debian. */
async function startCephStore(): Promise<BenchStore> {
  const { endpoint, stop, ...keys } = await startCeph();
  return s3Store(
    { ...keys, directPort: Number(new URL(endpoint).port), bucket: BUCKET, profile: 'ceph' },
    stop,
  );
}
