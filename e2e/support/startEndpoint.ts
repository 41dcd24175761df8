import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeListener } from '../../src/endpoint/adapters/node.ts';
import { createUploadEndpoint } from '../../src/endpoint/createUploadEndpoint.ts';
import type { EndpointUser, UploadEndpointOptions } from '../../src/endpoint/UploadEndpointOptions.ts';

export interface RunningEndpoint {
  /** `http://127.0.0.1:{port}/api/uploads` */
  url: string;
  stop(): Promise<void>;
}

/** An upload endpoint on an origin of its own, open to anyone unless the options say otherwise. */
export async function startEndpoint(
  options: Omit<UploadEndpointOptions<EndpointUser>, 'secret' | 'anonymous' | 'authorize'> & {
    authorize?: UploadEndpointOptions<EndpointUser>['authorize'];
  },
): Promise<RunningEndpoint> {
  const who = options.authorize === undefined ? { anonymous: true } : {};
  const endpoint = createUploadEndpoint({
    secret: randomBytes(32),
    log: () => undefined,
    ...who,
    ...options,
  } as UploadEndpointOptions<EndpointUser>);
  const server = createServer(toNodeListener(endpoint)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/uploads`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
