import { LinksAnswer } from '../protocol/linkMessages.ts';
import type { StoredObject } from '../protocol/messages.ts';
import { ask } from './ask.ts';
import { EndpointFault, type EndpointProbe } from './EndpointProbe.ts';

/** By the endpoint's own delete link. False where it gives none, as most do. */
export async function deleteStored(probe: EndpointProbe, { receipt }: StoredObject): Promise<boolean> {
  try {
    const [link] = (await probe.call('links', LinksAnswer, { links: [{ receipt, action: 'delete' }] })).links;
    return link?.ok === true && (await ask(link.url, { method: link.method })).ok;
  } catch (error) {
    if (error instanceof EndpointFault) return false;
    throw error;
  }
}
