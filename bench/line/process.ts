import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from '../processes/answerParent.ts';
import { raisePriority } from '../processes/raisePriority.ts';
import { Line } from './Line.ts';
import type { LineSettings } from './LineSettings.ts';

let line: Line | undefined;

/** At the far end of a line that is to be checked: takes what comes. */
const drain = createServer((request, response) => {
  request.resume().on('end', () => response.end());
}).listen(0, '127.0.0.1');
await once(drain, 'listening');

function current(): Line {
  if (!line) throw new Error('there is no line yet');
  return line;
}

const calls = {
  /** A line of these settings, instead of the last, to each of the ports; the ports to use, in the same order. */
  lay: async (settings: LineSettings, targetPorts: number[]) => {
    line?.close();
    line = new Line(settings);
    return Promise.all(targetPorts.map((port) => current().open(port)));
  },
  /** A port for `lay` that leads to a server that takes any PUT. */
  drainPort: () => (drain.address() as AddressInfo).port,
  reset: (seed: number) => current().reset(seed),
  counts: (targetPort: number) => current().counts(targetPort),
};
export type LineCalls = typeof calls;

raisePriority();
answerParent(calls);
