/** The connection went away, by the client or by a planned fault: there is nobody left to answer. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  constructor(reason: string, options?: ErrorOptions) {
    super(`The connection was lost: ${reason}`, options);
  }
}
