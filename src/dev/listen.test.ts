import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from './listen.ts';
import { readPort } from './readPort.ts';

const servers: Server[] = [];
const server = () => {
  const made = createServer();
  servers.push(made);
  return made;
};
afterEach(() => Promise.all(servers.splice(0).map((made) => new Promise((closed) => made.close(closed)))));

describe('a port', () => {
  it('that is free is taken', async () => {
    const port = await listen(server(), 0, true);
    expect(port).toBeGreaterThan(0);
  });

  it('that is taken makes way for the next free one', async () => {
    const taken = await listen(server(), 0, true);
    expect(await listen(server(), taken, false)).toBeGreaterThan(taken);
  });

  it('that is taken is said, when it had to be that one', async () => {
    const taken = await listen(server(), 0, true);
    await expect(listen(server(), taken, true)).rejects.toThrow(`Port ${taken} is taken by another program`);
  });

  it('is open to this machine alone', async () => {
    const made = server();
    await listen(made, 0, true);
    expect((made.address() as { address: string }).address).toBe('127.0.0.1');
  });
});

describe('the port that was asked for', () => {
  it('comes from the option, then from the variable, and has to be that one', () => {
    expect(readPort('8123', '9000')).toEqual({ port: 8123, exactPort: true });
    expect(readPort(undefined, '9000')).toEqual({ port: 9000, exactPort: true });
    expect(readPort(undefined, undefined)).toEqual({});
    expect(readPort(undefined, '')).toEqual({});
  });

  it.each(['http', '-1', '1.5', '65536', '0x10', ' 80'])('is refused when it is "%s"', (text) => {
    expect(() => readPort(text, undefined)).toThrow(`The port is "${text}"`);
  });
});
