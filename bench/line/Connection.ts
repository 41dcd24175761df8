import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { Lane } from './Lane.ts';
import type { LineSettings } from './LineSettings.ts';

export interface ConnectionHost {
  readonly settings: LineSettings;
  kick(): void;
  gone(connection: Connection): void;
  /** True if this connection is to be reset now. */
  drawReset(bytes: number): boolean;
  onUp(connection: Connection, bytes: Buffer): void;
}

export const READ_AHEAD_BYTES = 64 * 1024;

/** One TCP connection across the line. */
export class Connection {
  readonly up: Lane;
  readonly down: Lane;
  readonly #host: ConnectionHost;
  readonly #sockets: readonly [client: Socket, server: Socket];
  #dead = false;

  constructor(host: ConnectionHost, client: Socket, targetPort: number) {
    this.#host = host;
    const target: TcpNetConnectOpts & { highWaterMark: number } = {
      host: '127.0.0.1',
      port: targetPort,
      allowHalfOpen: true,
      noDelay: true,
      highWaterMark: READ_AHEAD_BYTES,
    };
    const server = connect(target);
    this.#sockets = [client, server];
    const { rttMs } = host.settings;
    const timing = { openAtMs: performance.now() + rttMs, delayMs: rttMs / 2 };
    this.up = new Lane(client, server, timing, (bytes) => this.#sent(bytes));
    this.down = new Lane(server, client, timing, () => {});
    this.#listen(client, this.up);
    this.#listen(server, this.down);
  }

  /** Resets both ends. */
  kill(delayMs = 0): void {
    if (this.#dead) return;
    this.#dead = true;
    setTimeout(() => {
      for (const socket of this.#sockets) if (!socket.destroyed) socket.resetAndDestroy();
      this.#host.gone(this);
    }, delayMs);
  }

  #listen(socket: Socket, lane: Lane): void {
    const { rttMs } = this.#host.settings;
    socket.on('readable', () => this.#host.kick());
    socket.on('drain', () => this.#host.kick());
    socket.on('end', () => {
      lane.sourceEnded = true;
      this.#host.kick();
    });
    socket.on('error', () => this.kill(rttMs / 2));
    socket.on('close', () => {
      if (this.#sockets.every((one) => one.destroyed)) this.#host.gone(this);
      else if (!lane.sourceEnded) this.kill(rttMs / 2);
      else this.#host.kick();
    });
  }

  #sent(bytes: Buffer): void {
    this.#host.onUp(this, bytes);
    if (this.#host.drawReset(bytes.length)) this.kill(this.#host.settings.rttMs / 2);
  }
}
