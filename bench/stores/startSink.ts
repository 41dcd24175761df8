import { startProcess } from '../processes/startProcess.ts';
import type { SinkCalls } from '../sink/process.ts';
import { type BenchStore, BUCKET, REGION } from './BenchStore.ts';

/** The server that costs next to nothing, in a process of its own. */
export async function startSink(): Promise<BenchStore> {
  const sink = await startProcess<SinkCalls>(new URL('../sink/process.ts', import.meta.url));
  const directPort = await sink.call.port();
  return {
    place: {
      directPort,
      bucket: BUCKET,
      region: REGION,
      accessKeyId: 'sink',
      secretAccessKey: 'sink',
      profile: 'local',
    },
    reset: () => sink.call.reset(),
    counts: () => sink.call.counts(),
    requests: () => sink.call.requests(),
    async pieces(keys) {
      const byKey = new Map((await sink.call.objects()).map(({ key, pieces }) => [key, pieces]));
      return keys.map((key) => byKey.get(key));
    },
    stop: async () => sink.stop(),
  };
}
