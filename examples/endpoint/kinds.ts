import { createUploadEndpoint, fromEnv } from 'bucketdrop/endpoint';

const userOf = async (request: Request) => ({ id: request.headers.get('x-user') ?? 'ann' });

// #region readme
export const endpoint = createUploadEndpoint(
  fromEnv(process.env, {
    authorize: (request) => userOf(request), // null: 401
    uploads: {
      // for all kinds, unless a kind says otherwise
      maxFileSizeBytes: 100_000_000,
      kinds: {
        avatar: {
          allowedTypes: ['image/png', 'image/jpeg'],
          maxFileSizeBytes: 2_000_000,
          maxFileCount: 1,
          key: (_file, user) => `avatars/${user?.id}`,
          cacheControl: 'public, max-age=300',
        },
        report: {
          allowedTypes: ['.pdf'],
          prefix: 'reports/',
          noOverwrite: true,
          contentDisposition: 'attachment',
          encryption: { algorithm: 'AES256' },
          tags: (_file, user) => ({ owner: user?.id ?? '' }),
          storageClass: 'STANDARD_IA',
        },
      },
    },
  }),
);
// #endregion
