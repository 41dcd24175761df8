import { answerParent } from '../processes/answerParent.ts';
import { raisePriority } from '../processes/raisePriority.ts';
import { Sink } from './Sink.ts';

const sink = new Sink();
const port = await sink.listen();
const calls = {
  port: () => port,
  reset: () => sink.reset(),
  objects: () => sink.objects.list(),
  requests: () => sink.requests,
  counts: () => {
    const preflights = sink.requests.filter(({ kind }) => kind === 'OPTIONS').length;
    return { preflights, requests: sink.requests.length - preflights, connections: sink.connections };
  },
};
export type SinkCalls = typeof calls;

raisePriority();
answerParent(calls);
