import { type Answer, ask } from './ask.ts';
import type { EndpointProbe } from './EndpointProbe.ts';
import { allowsOrigin, judgePreflight } from './judgeCors.ts';
import type { Finding } from './Report.ts';

/** Whether a page of another origin may ask this endpoint, by the answer it got and the preflight of a POST. */
export async function findEndpointCorsFault(
  probe: EndpointProbe,
  answer: Answer,
): Promise<Finding | undefined> {
  const { origin, headerNames: headers } = probe;
  const fixes = [
    { say: 'Let the page in, in the options of the endpoint:', paste: `cors: { origins: ['${origin}'] }` },
  ];
  if (!answer.headers.has('access-control-allow-origin') && !answer.headers.get('vary')?.includes('Origin'))
    return {
      cause: 'endpoint-without-cors',
      message: `The endpoint answers without CORS headers, and the page of ${origin} is on another origin.`,
      fixes,
    };
  if (!allowsOrigin(answer.headers, origin))
    return {
      cause: 'endpoint-origin-not-allowed',
      message: `The endpoint does not let pages of ${origin} ask.`,
      fixes,
    };
  const preflight = await ask(probe.urlOf('uploads'), {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': [...headers].sort().join(','),
    },
  });
  const objection = judgePreflight(preflight, { origin, method: 'POST', headers });
  if (objection === undefined) return undefined;
  if (objection.what !== 'headers')
    return {
      cause: 'endpoint-without-cors',
      message: `The endpoint lets pages of ${origin} read its answers, but refuses the preflight of a POST (${preflight.status}).`,
      fixes,
    };
  const extra = objection.names.map((name) => `'${name}'`).join(', ');
  return {
    cause: 'endpoint-header-not-allowed',
    message: `The endpoint does not let pages of ${origin} send ${objection.names.join(', ')}.`,
    fixes: [{ say: 'Allow it:', paste: `cors: { origins: ['${origin}'], allowHeaders: [${extra}] }` }],
  };
}
