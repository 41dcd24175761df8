import type { Completions } from 'bucketdrop/endpoint';

// #region readme
/** Of node-redis (`createClient()`), what is needed. */
interface Redis {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, options: { EX: number; NX?: boolean }): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

export function redisCompletions(redis: Redis): Completions {
  return {
    get: (id) => redis.get(`bucketdrop:done:${id}`),
    async put(id, result, keepSeconds) {
      await redis.set(`bucketdrop:done:${id}`, result, { EX: keepSeconds });
    },
    async claim(id, leaseSeconds) {
      return (await redis.set(`bucketdrop:claim:${id}`, '1', { EX: leaseSeconds, NX: true })) === 'OK';
    },
    async release(id) {
      await redis.del(`bucketdrop:claim:${id}`);
    },
  };
}
// #endregion
