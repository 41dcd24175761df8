import { createServer } from 'node:http';
import { answerParent } from '../bench/processes/answerParent.ts';
import type { DemoStore } from '../src/dev/DemoStore.ts';
import { listen } from '../src/dev/listen.ts';
import type { NodeListener } from '../src/dev/servePage.ts';
import { toNodeListener } from '../src/endpoint/adapters/node.ts';
import { createUploadEndpoint } from '../src/endpoint/createUploadEndpoint.ts';
import type { RunPlan } from './RunPlan.ts';
import { shiftClock } from './shiftClock.ts';

const RealDate = Date;

/** The endpoint in a process of its own, so that it can be killed and started again. */
let endpoint: NodeListener = (_, response) => response.writeHead(503).end();
const server = createServer((request, response) => endpoint(request, response));

const calls = {
  /** Gives the port. */
  listen: (port: number) => listen(server, port, port !== 0),
  configure: (store: DemoStore, secret: string, policy: RunPlan['policy'], clockMs: number) => {
    globalThis.Date = RealDate;
    shiftClock(clockMs);
    endpoint = toNodeListener(
      createUploadEndpoint({
        store,
        secret,
        // an open endpoint has low limits
        authorize: () => ({ id: 'person' }),
        uploads: policy,
        log: ({ level, call, message, detail }) => {
          if (level === 'error') process.send?.({ id: -1, value: `${call}: ${message} ${detail ?? ''}` });
        },
      }),
    );
  },
};
export type EndpointProcessCalls = typeof calls;

answerParent(calls);
