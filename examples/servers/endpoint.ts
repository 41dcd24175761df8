// #region readme
import { createUploadEndpoint, fromEnv } from 'bucketdrop/endpoint';

/** The one endpoint of all the servers beside this file. */
export const createEndpoint = (env: object) =>
  createUploadEndpoint(
    fromEnv(env, {
      authorize: findUser,
      uploads: { prefix: 'photos/', maxFileSizeBytes: 100 * 1024 ** 2, allowedTypes: ['image/*', '.pdf'] },
      onUploaded: ({ user }) => ({ owner: user?.id, site: user?.site }),
      // only if pages of other origins use it
      cors: { origins: ['https://app.example'], credentials: true, allowHeaders: ['x-csrf-token'] },
    }),
  );
// #endregion

/** Where a real site would look the session up. */
function findUser(request: Request): { id: string; site: string } | null {
  const id = /(?:^|; )user=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1];
  return id === undefined ? null : { id, site: new URL(request.url).origin };
}
