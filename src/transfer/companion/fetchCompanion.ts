import { CompanionFailure, CompanionServer } from './CompanionServer.ts';
import { CompanionTickets } from './CompanionTickets.ts';
import { companionConfig } from './companionConfig.ts';

type Answer = (server: CompanionServer, item: never) => Promise<object>;

/** Calls of the protocol about several uploads, by name: where they stand in the question, and the answer for one. */
const EACH: Readonly<Record<string, { list: 'files' | 'uploads'; answer: Answer }>> = {
  uploads: { list: 'files', answer: (server, file) => tickets.create(server, file) },
  parts: { list: 'uploads', answer: (server, upload) => tickets.sign(server, upload) },
  complete: { list: 'uploads', answer: (server, upload) => tickets.complete(server, upload) },
  abort: { list: 'uploads', answer: (server, upload) => tickets.abort(server, upload) },
};
const tickets = new CompanionTickets();

/**
 * A `fetch` for a server that is `@uppy/companion`, of version 6, and no upload endpoint: takes a call of the
 * protocol, asks Companion's own routes below `/s3`, and answers as an endpoint would. What Companion has no word for
 * is left out: checksums, receipts, sizes, the site's own rules.
 *
 * @throws TypeError as `fetch` does, when nobody answers
 */
export async function fetchCompanion(url: string, init: RequestInit): Promise<Response> {
  const call = new URL(url).pathname.split('/').pop() ?? '';
  const server = new CompanionServer(url, init);
  const question = typeof init.body === 'string' ? JSON.parse(init.body) : {};
  try {
    if (call === 'config') return Response.json(companionConfig);
    if (call === 'uploaded-parts') return Response.json(await tickets.list(server, question));
    const each = Object.hasOwn(EACH, call) ? EACH[call] : undefined;
    if (each === undefined) throw new CompanionFailure(404, 'Companion has no such call');
    return Response.json({ uploads: await answerEach(server, question[each.list], each.answer) });
  } catch (error) {
    if (!(error instanceof CompanionFailure)) throw error;
    return Response.json({ error: error.body }, { status: error.status });
  }
}

/** One that fails leaves the others alone; where all do, the call as a whole has failed. */
async function answerEach(server: CompanionServer, items: readonly { id?: string }[], answer: Answer) {
  const settled = await Promise.allSettled(items.map((item) => answer(server, item as never)));
  const failures: unknown[] = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  const bug = failures.find((failure) => !(failure instanceof CompanionFailure));
  if (bug !== undefined || failures.length === items.length) throw bug ?? failures[0];
  return settled.map((one, index) => {
    const name = items[index]?.id === undefined ? {} : { id: items[index].id };
    return one.status === 'fulfilled'
      ? { ...name, ok: true, ...one.value }
      : { ...name, ok: false, error: (one.reason as CompanionFailure).body };
  });
}
