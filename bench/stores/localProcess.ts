import { startBucket } from '../../src/bucket/startBucket.ts';
import { answerParent } from '../processes/answerParent.ts';

const { port, region, accessKeyId, secretAccessKey } = await startBucket();
const calls = { place: () => ({ directPort: port, region, accessKeyId, secretAccessKey }) };
export type LocalCalls = typeof calls;

answerParent(calls);
