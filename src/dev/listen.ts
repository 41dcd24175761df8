import { once } from 'node:events';
import type { Server } from 'node:http';
import { DevError } from './DevError.ts';

const HOST = '127.0.0.1';
const MOST_TRIES = 50;

async function tryPort(server: Server, port: number): Promise<boolean> {
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return false;
    if (code === 'EACCES')
      throw new DevError(`Port ${port} is not for everyone to open; choose one above 1023.`);
    throw error;
  }
}

/**
 * Opens the port on this machine alone; or, unless `exactly` this one was asked for, the next one that is free.
 * Port 0 is any free one. Gives the port.
 * @throws DevError if the port is taken and no other will do.
 */
export async function listen(server: Server, port: number, exactly: boolean): Promise<number> {
  const tries = exactly ? 1 : MOST_TRIES;
  for (let next = port; next < port + tries && next <= 65_535; next++)
    if (await tryPort(server, next)) return (server.address() as { port: number }).port;
  throw new DevError(
    exactly
      ? `Port ${port} is taken by another program. Stop it, or choose another: PORT=${port + 1} npm start`
      : `No port from ${port} to ${port + tries - 1} is free. Choose one yourself: PORT=8123 npm start`,
  );
}
