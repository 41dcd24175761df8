import { registerClient } from './BenchClient.ts';
import { stockClient } from './stockClient.ts';

registerClient(stockClient('sign-form'));
