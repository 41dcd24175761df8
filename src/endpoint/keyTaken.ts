import { EndpointError } from './EndpointError.ts';

/** Why an upload that is to replace nothing is refused. */
export function keyTaken(cause?: unknown): EndpointError {
  return new EndpointError('key-taken', 'there already is an object of this key', undefined, { cause });
}
