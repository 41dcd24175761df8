/** What a line does to the bytes that cross it. Zero switches a setting off. */
export interface LineSettings {
  /** Round trip: every byte is late by half of it, and a new connection by a whole one more (TCP's handshake). */
  rttMs: number;
  /** Shared by all connections. */
  upMbps: number;
  downMbps: number;
  /** The most that one connection gets, each way: what a window divided by the round trip allows. */
  perConnectionMbps: number;
  /** Odds that a connection is reset, per MiB that the client sends on it. */
  resetsPerMib: number;
  /** Of the resets. */
  seed: number;
}

export const NO_LINE: LineSettings = {
  rttMs: 0,
  upMbps: 0,
  downMbps: 0,
  perConnectionMbps: 0,
  resetsPerMib: 0,
  seed: 1,
};

/** Megabits a second in bytes a second; zero is no limit. */
export function bytesPerSecond(mbps: number): number {
  return mbps > 0 ? (mbps * 1e6) / 8 : Number.POSITIVE_INFINITY;
}
