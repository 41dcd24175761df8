import { answerParent } from '../processes/answerParent.ts';
import type { BucketPlace } from './BucketPlace.ts';
import { bypassLine } from './bypassLine.ts';
import { Site } from './Site.ts';

const site = new Site();

const calls = {
  /** The port that it listens on. */
  listen: () => site.listen(),
  serve: async (pages: string, place: BucketPlace, run: string, client: string) => {
    bypassLine(place.publicPort, place.directPort);
    await site.serve(pages, place, run, client);
  },
  reset: () => {
    site.requests.length = 0;
  },
  requests: () => site.requests,
};
export type SiteCalls = typeof calls;

answerParent(calls);
