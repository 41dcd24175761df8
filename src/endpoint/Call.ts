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
  method: 'GET' | 'POST';
  /**
   * Checks the question; what comes back answers it. Two steps, because who is asking is found out in between.
   *
   * @throws BucketDropError `bad-request`
   */
  prepare: (input: unknown) => <User extends EndpointUser>(context: CallContext<User>) => Promise<unknown>;
}

/** A call whose question is a JSON body that this schema describes. */
export function postCall<Schema extends v.GenericSchema>(
  schema: Schema,
  run: Run<v.InferOutput<Schema>>,
): Call {
  return {
    method: 'POST',
    prepare(input) {
      const checked = check(schema, input);
      return (context) => run(context, checked);
    },
  };
}

/** A call without a body: its question is the URL's query. */
export function getCall<Schema extends v.GenericSchema>(
  schema: Schema,
  run: Run<v.InferOutput<Schema>>,
): Call {
  return { ...postCall(schema, run), method: 'GET' };
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
