import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createUploadEndpoint, type LogEntry, toNodeListener } from '../../src/endpoint/index.ts';
import { answerParent } from '../processes/answerParent.ts';

const log: LogEntry[] = [];
const server = createServer({ keepAliveTimeout: 65_000 });

/** What a copy has needed so far, and what it said. */
export interface CopyState {
  rssBytes: number;
  heapBytes: number;
  /** Of user and system together. */
  cpuSeconds: number;
  /** Entries that are for the operator. */
  log: LogEntry[];
}

const calls = {
  /** Serves the endpoint, with its objects in the sink at this port. */
  serve: async (sinkPort: number): Promise<number> => {
    const endpoint = createUploadEndpoint({
      store: {
        bucket: 'bench',
        region: 'us-east-1',
        accessKeyId: 'sink',
        secretAccessKey: 'sink',
        endpoint: `http://127.0.0.1:${sinkPort}`,
        profile: 'local',
      },
      secret: 'a secret for the tickets of a bench that runs on one machine',
      authorize: (request) => ({ id: request.headers.get('cookie') ?? 'nobody' }),
      uploads: { prefix: 'load/', allowedTypes: ['image/*', 'video/*'] },
      log: (entry) => log.push(entry),
    });
    server.on('request', toNodeListener(endpoint));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
    return (server.address() as AddressInfo).port;
  },
  state: (): CopyState => {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return { rssBytes: rss, heapBytes: heapUsed, cpuSeconds: (user + system) / 1e6, log };
  },
};
export type CopyCalls = typeof calls;

answerParent(calls);
