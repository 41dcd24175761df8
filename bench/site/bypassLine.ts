import { Agent } from 'node:http';

/**
 * Connections of this process to the bucket's public port go to its own port instead: a site's server is not at the
 * end of a visitor's line, but it signs for the address that the visitor uses.
 */
export function bypassLine(publicPort: number, directPort: number): void {
  const connect = Agent.prototype.createConnection;
  Agent.prototype.createConnection = function (this: Agent, options, callback) {
    const port = Number(options.port) === publicPort ? directPort : options.port;
    return connect.call(this, { ...options, port } as typeof options, callback);
  };
}
