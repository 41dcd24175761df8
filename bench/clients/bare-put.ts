import { registerClient } from './BenchClient.ts';
import { bareClient } from './bareClient.ts';

registerClient(bareClient('put'));
