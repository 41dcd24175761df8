import { HOST_COUNT } from '../site/BucketPlace.ts';
import { registerClient } from './BenchClient.ts';
import { bareClient } from './bareClient.ts';

registerClient(bareClient('form', HOST_COUNT));
