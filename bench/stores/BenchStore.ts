import type { PortCounts } from '../line/Line.ts';
import type { SinkRequest } from '../sink/Sink.ts';
import type { Piece } from '../sink/SinkObjects.ts';
import type { BucketPlace } from '../site/BucketPlace.ts';

export interface BenchStore {
  place: Omit<BucketPlace, 'publicPort'>;
  /** Before each run. */
  reset(): Promise<void>;
  /** What browsers asked of it since the last reset. Undefined if it does not count: then the line does. */
  counts?(): Promise<PortCounts>;
  requests?(): Promise<SinkRequest[]>;
  /** What each object consists of, in the order of its bytes; undefined if there is no such object. */
  pieces(keys: readonly string[]): Promise<(Piece[] | undefined)[]>;
  stop(): Promise<void>;
}

export const BUCKET = 'bench';
export const REGION = 'us-east-1';
