import type { NodeListener } from '../../src/dev/servePage.ts';
import type { RunningDemo } from '../../src/dev/startDemo.ts';
import { toNodeListener } from '../../src/endpoint/adapters/node.ts';
import { createUploadEndpoint } from '../../src/endpoint/createUploadEndpoint.ts';
import type { EndpointUser, UploadEndpointOptions } from '../../src/endpoint/UploadEndpointOptions.ts';

type Options = Omit<UploadEndpointOptions<EndpointUser>, 'store' | 'anonymous' | 'authorize'> & {
  profile?: UploadEndpointOptions<EndpointUser>['store']['profile'];
  /** Whoever asks is this one. Default: nobody in particular. */
  userId?: string;
};

/** Another endpoint in front of the demo's bucket, to be put in the place of the demo's own. */
export function endpointFor({ store }: RunningDemo, { profile, userId, ...options }: Options): NodeListener {
  return toNodeListener(
    createUploadEndpoint({
      ...options,
      store: { ...store, ...(profile && { profile }) },
      log: () => undefined,
      ...(userId === undefined ? { anonymous: true } : { authorize: () => ({ id: userId }) }),
    }),
  );
}
