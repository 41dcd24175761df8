import { type LineSettings, NO_LINE } from './line/LineSettings.ts';

const wan60: LineSettings = {
  ...NO_LINE,
  rttMs: 60,
  upMbps: 200,
  downMbps: 200,
  perConnectionMbps: 50,
};

/** The lines that files are sent across, by the name that `--line` takes. */
export const LINES = {
  /** Nothing between the browser and the servers. */
  loopback: NO_LINE,
  wan60,
  wan150: { ...NO_LINE, rttMs: 150, upMbps: 50, downMbps: 50, perConnectionMbps: 10 },
  /** Like `wan60`, but two or three connections are reset in 256 MB. */
  lossy: { ...wan60, resetsPerMib: 0.01 },
} as const satisfies Record<string, LineSettings>;

export type LineName = keyof typeof LINES;
