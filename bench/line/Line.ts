import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Connection, type ConnectionHost, READ_AHEAD_BYTES } from './Connection.ts';
import type { LineSettings } from './LineSettings.ts';
import { RequestReader } from './RequestReader.ts';
import { Shaper } from './Shaper.ts';

/** Ticks without work after which the line rests until bytes come. */
const REST_AFTER_TICKS = 5;

export interface PortCounts {
  preflights: number;
  requests: number;
  connections: number;
}

/**
 * A wide-area line on one machine, in user space (the kernel's own netem is often missing): several ports, each
 * leading to a port on 127.0.0.1, over one shared bottleneck.
 */
export class Line implements ConnectionHost {
  readonly settings: LineSettings;
  readonly #up: Shaper;
  readonly #down: Shaper;
  readonly #connections = new Map<Connection, RequestReader>();
  readonly #servers: Server[] = [];
  readonly #counts = new Map<number, PortCounts>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isTicking = false;
  #idleTicks = 0;
  #random: number;

  constructor(settings: LineSettings) {
    this.settings = settings;
    this.#up = new Shaper(settings, 'upMbps');
    this.#down = new Shaper(settings, 'downMbps');
    this.#random = settings.seed >>> 0 || 1;
  }

  /** Opens a port that leads to `targetPort` across the line. */
  async open(targetPort: number): Promise<number> {
    const server = createServer(
      { allowHalfOpen: true, noDelay: true, highWaterMark: READ_AHEAD_BYTES },
      (client) => {
        const counts = this.#counts.get(targetPort) as PortCounts;
        counts.connections++;
        const connection = new Connection(this, client, targetPort);
        this.#up.lanes.push(connection.up);
        this.#down.lanes.push(connection.down);
        this.#connections.set(
          connection,
          new RequestReader(({ method }) => {
            if (method === 'OPTIONS') counts.preflights++;
            else counts.requests++;
          }),
        );
        this.kick();
      },
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#servers.push(server);
    this.#counts.set(targetPort, { preflights: 0, requests: 0, connections: 0 });
    return (server.address() as AddressInfo).port;
  }

  /** What crossed the line to one target since the last `reset`, requests counted as they set out. */
  counts(targetPort: number): PortCounts {
    return { ...(this.#counts.get(targetPort) as PortCounts) };
  }

  /** Counts from zero, and resets fall as with a new line of this seed. */
  reset(seed: number): void {
    this.#random = seed >>> 0 || 1;
    for (const counts of this.#counts.values()) {
      Object.assign(counts, { preflights: 0, requests: 0, connections: 0 });
    }
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const connection of this.#connections.keys()) connection.kill();
  }

  kick(): void {
    this.#idleTicks = 0;
    if (this.#timer !== undefined || this.#isTicking) return;
    const nowMs = performance.now();
    this.#up.wake(nowMs);
    this.#down.wake(nowMs);
    this.#timer = setTimeout(() => this.#tick(), 0);
  }

  gone(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    remove(this.#up.lanes, connection.up);
    remove(this.#down.lanes, connection.down);
  }

  drawReset(bytes: number): boolean {
    const { resetsPerMib } = this.settings;
    return resetsPerMib > 0 && this.#draw() < 1 - (1 - resetsPerMib) ** (bytes / 1048576);
  }

  onUp(connection: Connection, bytes: Buffer): void {
    this.#connections.get(connection)?.read(bytes);
  }

  #tick(): void {
    this.#timer = undefined;
    this.#isTicking = true;
    const nowMs = performance.now();
    let busy = this.#up.tick(nowMs) + this.#down.tick(nowMs);
    for (const { up, down } of this.#connections.keys()) {
      for (const lane of [up, down]) {
        lane.deliver(nowMs);
        if (lane.isPending(nowMs)) busy++;
      }
    }
    this.#isTicking = false;
    this.#idleTicks = busy > 0 ? 0 : this.#idleTicks + 1;
    if (this.#idleTicks < REST_AFTER_TICKS) this.#timer = setTimeout(() => this.#tick(), 1);
  }

  /** Xorshift: the same resets for the same seed. */
  #draw(): number {
    let x = this.#random;
    x ^= x << 13;
    x >>>= 0;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x >>> 0;
    return this.#random / 2 ** 32;
  }
}

function remove<T>(list: T[], one: T): void {
  const at = list.indexOf(one);
  if (at >= 0) list.splice(at, 1);
}
