import { createUploadEndpoint, fromEnv } from 'bucketdrop/endpoint';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

const userOf = async (request: Request) => ({ id: request.headers.get('x-user') ?? 'ann' });
const bytesStoredFor = async (userId: string) => (userId === 'full' ? 1_000_000_000 : 0);

// #region readme
// With several copies: RateLimiterRedis, which counts for all of them.
const limiter = new RateLimiterMemory({ points: 100, duration: 60 });

export const endpoint = createUploadEndpoint(
  fromEnv(process.env, {
    authorize: userOf,
    rateLimit: ({ user, count }) =>
      limiter.consume(user?.id ?? '', count).then(
        () => null, // go on
        (refused: RateLimiterRes | Error) => {
          if (refused instanceof Error) throw refused;
          return { retryAfterSeconds: refused.msBeforeNext / 1000 }; // 429
        },
      ),
    uploads: {
      quota: async ({ user }) => 1_000_000_000 - (await bytesStoredFor(user?.id ?? '')),
    },
  }),
);
// #endregion
