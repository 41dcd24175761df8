// #region readme
import { createServer } from 'node:http';
import { createUploadEndpoint, fromEnv, toNodeListener } from 'bucketdrop/endpoint';

const endpoint = createUploadEndpoint(
  fromEnv(process.env, {
    authorize: (request) => findUser(request.headers.get('cookie')), // null: 401
    uploads: { prefix: 'photos/', maxFileSizeBytes: 2 * 1024 ** 3, allowedTypes: ['image/*', '.pdf'] },
    onUploaded: ({ key, sizeBytes, user }) => savePhoto(key, sizeBytes, user),
  }),
);

createServer(toNodeListener(endpoint)).listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
// #endregion

interface User {
  id: string;
}

/** Where a real site would look the session up. */
function findUser(cookie: string | null): User | null {
  const id = /(?:^|; )user=(\w+)/.exec(cookie ?? '')?.[1];
  return id === undefined ? null : { id };
}

/** Where a real site would write to its database; what it returns reaches the page. */
function savePhoto(key: string, sizeBytes: number, user: User | null): { owner: string | undefined } {
  console.log(`saved ${key}, ${sizeBytes} bytes, of ${user?.id}`);
  return { owner: user?.id };
}
