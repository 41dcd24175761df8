import type { CallContext } from './Call.ts';
import type { EndpointUser } from './UploadEndpointOptions.ts';

export interface SignatureTime {
  date: Date;
  /** At least 1. */
  expiresInSeconds: number;
}

/** When a signature begins and how long it lives: so many seconds, but never longer than temporary credentials. */
export async function signatureTime<User extends EndpointUser>(
  { store, options }: Pick<CallContext<User>, 'store' | 'options'>,
  wished: number,
): Promise<SignatureTime> {
  const now = options.now();
  const { expiration } = await store.credentials();
  const left = expiration === undefined ? wished : Math.floor((expiration.getTime() - now) / 1000);
  return {
    date: new Date(store.clock.correct(now)),
    expiresInSeconds: Math.max(1, Math.min(wished, left)),
  };
}
