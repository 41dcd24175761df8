import type { CallContext } from './Call.ts';
import { EndpointError } from './EndpointError.ts';
import { isTicketOf, type MultipartTicket, type Ticket } from './Ticket.ts';
import type { EndpointUser } from './UploadEndpointOptions.ts';

/**
 * The ticket inside a token, if it was issued here, is still good and belongs to whoever asks.
 *
 * @throws BucketDropError `ticket-invalid` or `ticket-expired`
 */
export async function openTicket<User extends EndpointUser>(
  { tokens, user }: CallContext<User>,
  token: string,
): Promise<Ticket> {
  const ticket = await tokens.openTicket(token);
  if (!isTicketOf(ticket, user))
    throw new EndpointError('ticket-invalid', 'the ticket belongs to someone else');
  return ticket;
}

/** @throws BucketDropError `bad-request` for the ticket of a single request. */
export function requireMultipart(ticket: Ticket): MultipartTicket {
  if (ticket.method === 'multipart') return ticket;
  throw new EndpointError('bad-request', 'this upload goes in one request: it has no parts');
}
