import { Agent, request } from 'node:http';
import { bytesPerSecond, type LineSettings } from './line/LineSettings.ts';

export interface LineCheck {
  rttMs: number;
  /** Up, on one connection. */
  oneMbps: number;
  /** Up, on six. */
  sixMbps: number;
}

const TOLERANCE = 0.1;
/** Timers and the machine's own work come on top of the round trip. */
const RTT_SLACK_MS = 8;
const ROUND_TRIPS = 9;
const TEST_SECONDS = 1.5;
const LANES = 6;

/**
 * Measures the line before anything is measured on it.
 *
 * @param port leads across the line to a server that takes a PUT
 * @throws Error if round trip or rates are not what the line is said to be
 */
export async function checkLine(settings: LineSettings, port: number): Promise<LineCheck> {
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  try {
    const one = bytesPerSecond(settings.perConnectionMbps);
    const six = Math.min(bytesPerSecond(settings.upMbps), one * LANES);
    // The first request of a connection pays for the handshake.
    await Promise.all(Array.from({ length: LANES }, () => put(agent, port, 0)));
    const trips: number[] = [];
    for (let trip = 0; trip < ROUND_TRIPS; trip++) trips.push(await put(agent, port, 0));
    const rttMs = trips.sort((a, b) => a - b)[Math.floor(ROUND_TRIPS / 2)] as number;
    const oneMbps = await measure(agent, port, one * TEST_SECONDS, 1, rttMs);
    const sixMbps = await measure(agent, port, six * TEST_SECONDS, LANES, rttMs);
    const check = { rttMs, oneMbps, sixMbps };
    const isRight =
      rttMs > settings.rttMs * (1 - TOLERANCE) &&
      rttMs < settings.rttMs * (1 + TOLERANCE) + RTT_SLACK_MS &&
      isNear(oneMbps, one) &&
      isNear(sixMbps, six);
    if (isRight) return check;
    throw new Error(`the line is not as it should be (is the machine too busy?): ${describeCheck(check)}`);
  } finally {
    agent.destroy();
  }
}

export function describeCheck({ rttMs, oneMbps, sixMbps }: LineCheck): string {
  return `${rttMs.toFixed(0)} ms, ${oneMbps.toFixed(0)} Mbit/s on one connection, ${sixMbps.toFixed(0)} on six`;
}

function isNear(mbps: number, bytesASecond: number): boolean {
  const wanted = (bytesASecond * 8) / 1e6;
  return Math.abs(mbps - wanted) <= wanted * TOLERANCE;
}

async function measure(
  agent: Agent,
  port: number,
  bytes: number,
  lanes: number,
  rttMs: number,
): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: lanes }, () => put(agent, port, Math.round(bytes / lanes))));
  const seconds = (performance.now() - start - rttMs) / 1000;
  return (bytes * 8) / 1e6 / seconds;
}

/** Milliseconds until it was answered. */
function put(agent: Agent, port: number, bytes: number): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      { agent, host: '127.0.0.1', port, method: 'PUT', path: '/bench/line-check' },
      (answer) => {
        answer.resume().on('end', () => resolve(performance.now() - start));
      },
    );
    sent.on('error', reject);
    sent.end(Buffer.alloc(bytes));
  });
}
