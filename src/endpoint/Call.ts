import * as v from 'valibot';
import { EndpointError } from './EndpointError.ts';
import type { ResolvedOptions } from './resolveOptions.ts';
import type { Store } from './Store.ts';
import type { Teller } from './Teller.ts';
import type { Tokens } from './Tokens.ts';
import type { EndpointUser } from './UploadEndpointOptions.ts';

/** What every call may use. */
export interface CallContext<User extends EndpointUser> {
  options: ResolvedOptions<User>;
  store: Store;
  tokens: Tokens;
  /** Whoever asks in this call; null where the endpoint is open to anyone. */
  user: User | null;
  /** Tells the site once of each finished upload. */
  teller: Teller;
  /** Turns whatever was thrown into what the browser is told, and tells the log what it has to know. */
  explain: (error: unknown) => ExplainedError;
}

export interface ExplainedError {
  status: number;
  /** When to ask again, where that can be told. */
  retryAfterSeconds?: number;
  body: { code: string; message: string; hint?: string };
}

type Run<Input> = <User extends EndpointUser>(context: CallContext<User>, input: Input) => Promise<unknown>;

/** One thing that the endpoint can be asked. */
export interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  /**
   * Checks the question; what comes back answers it. Two steps, because who is asking is found out in between.
   *
   * @throws BucketDropError `bad-request`
   */
  prepare: (input: unknown) => <User extends EndpointUser>(context: CallContext<User>) => Promise<unknown>;
}

/** An address that the endpoint answers. */
export interface Route {
  name: string;
  /** At least one; what the address can be asked, by method. */
  calls: readonly Call[];
}

/** A call whose question is a JSON body that this schema describes. */
export function postCall<Schema extends v.GenericSchema>(
  schema: Schema,
  run: Run<v.InferOutput<Schema>>,
): Call {
  return checkedCall('POST', schema, (body) => body, run);
}

/** A call without a body: its question is the URL's query. */
export function getCall<Schema extends v.GenericSchema>(
  schema: Schema,
  run: Run<v.InferOutput<Schema>>,
): Call {
  return checkedCall('GET', schema, (query) => query, run);
}

/**
 * A call whose question this schema describes.
 *
 * @param read puts the question together: from the body or query, and from what of the URL the caller has at hand
 */
export function checkedCall<Schema extends v.GenericSchema>(
  method: Call['method'],
  schema: Schema,
  read: (input: unknown) => unknown,
  run: Run<v.InferOutput<Schema>>,
): Call {
  return {
    method,
    prepare(input) {
      const checked = check(schema, read(input));
      return (context) => run(context, checked);
    },
  };
}

function check<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const checked = v.safeParse(schema, input, { abortEarly: true });
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  const where = v.getDotPath(issue) ?? 'the body';
  throw new EndpointError(
    'bad-request',
    `${where.slice(0, 100)}: ${issue.expected ?? 'another value'} expected`,
  );
}
