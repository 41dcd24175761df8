import type { EndpointErrorCode } from '../protocol/errorCodes.ts';
import type { CallContext, ExplainedError } from './Call.ts';
import { mapLimited } from './mapLimited.ts';
import type { EndpointUser } from './UploadEndpointOptions.ts';

/** Questions to the store under way at once, for one call. */
const MAX_AT_ONCE = 16;

/** Reasons that lie with the caller, the store or the endpoint, and not with the file. */
const WHOLE_CALL: ReadonlySet<string> = new Set<EndpointErrorCode>([
  'bad-request',
  'too-many-requests',
  'ticket-invalid',
  'ticket-expired',
  'store-refused',
  'store-unavailable',
  'internal',
]);

type Entry<Value extends object> = ({ ok: true } & Value) | { ok: false; error: ExplainedError['body'] };

/**
 * Answers each entry of a batch on its own, in the order asked: one that fails leaves the others alone. Where all
 * failed, and none because of its file, the call as a whole has failed, and its status says so.
 */
export async function answerEach<User extends EndpointUser, Item, Value extends object>(
  context: CallContext<User>,
  items: readonly Item[],
  answer: (item: Item) => Promise<Value>,
): Promise<Entry<Value>[]> {
  const failures: unknown[] = [];
  const entries = await mapLimited(items, MAX_AT_ONCE, async (item): Promise<Entry<Value>> => {
    try {
      return { ok: true, ...(await answer(item)) };
    } catch (error) {
      failures.push(error);
      return { ok: false, error: context.explain(error).body };
    }
  });
  if (entries.every((entry) => !entry.ok && WHOLE_CALL.has(entry.error.code))) throw failures[0];
  return entries;
}
