import { ConfigAnswer } from '../protocol/messages.ts';
import { describeFailure } from './describeFailure.ts';
import { EndpointClient, type EndpointOptions } from './EndpointClient.ts';

/**
 * Asks the endpoint once what it accepts, and how.
 *
 * @throws BucketDropError with a TransferErrorCode
 */
export function fetchConfig(options: EndpointOptions & { signal?: AbortSignal }): Promise<ConfigAnswer> {
  const once = { attempts: 1, minDelayMs: 0, maxDelayMs: 0, outageLimitMs: 0 };
  const client = new EndpointClient(
    () => options,
    () => once,
  );
  const { signal = new AbortController().signal, kind } = options;
  return client.get('config', ConfigAnswer, signal, kind).catch(async (error: unknown) => {
    throw signal.aborted ? error : await describeFailure(error);
  });
}
