import type { CORSRule } from '@aws-sdk/client-s3';
import { ask } from './ask.ts';
import { corsAsJson, corsAsXml, namesOrigin, withRecommendedRule } from './corsRules.ts';
import { type CorsQuestion, judgePreflight } from './judgeCors.ts';
import type { Finding, Fix } from './Report.ts';

const METHODS = ['PUT', 'POST', 'GET', 'HEAD', 'DELETE'];

/** Asks as a browser does before a request to another origin; gives what it would object to, and the answer's text. */
async function preflight(url: string, question: CorsQuestion) {
  const { origin, method, headers } = question;
  const answer = await ask(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      // a browser sends them sorted, in lower case, without spaces
      ...(headers.length > 0 && { 'access-control-request-headers': [...headers].sort().join(',') }),
    },
  });
  return { objection: judgePreflight(answer, question), body: answer.body, status: answer.status };
}

/** The rule that lets this page in, in both of the forms that stores take. */
export function corsFixes(origin: string, rules: readonly CORSRule[] = []): Fix[] {
  const all = withRecommendedRule(rules, [origin]);
  const others = all.length > 1 ? ' (with the rules that the bucket has)' : '';
  return [
    { say: `Set these CORS rules on the bucket${others}, as JSON:`, paste: corsAsJson(all) },
    { say: 'or as XML:', paste: corsAsXml(all) },
  ];
}

/**
 * Whether a browser would send this request to the bucket, by the preflights that it would send; and if not, which
 * part of the bucket's CORS rules is in the way. AWS says only "not allowed", Ceph not even that there are no
 * rules: so what is in the way is found by asking for less.
 *
 * @param rules the bucket's rules, where they could be read
 * @throws Unreached
 */
export async function findCorsFault(
  url: string,
  question: CorsQuestion,
  rules?: readonly CORSRule[],
): Promise<Finding | undefined> {
  const { origin, method, headers } = question;
  const full = await preflight(url, question);
  if (full.objection === undefined) return undefined;
  const fixes = corsFixes(origin, rules);
  const bare = async (other: string) =>
    (await preflight(url, { origin, method: other, headers: [] })).objection === undefined;
  if (headers.length > 0 && (await bare(method))) {
    const refused: string[] = [];
    for (const name of headers)
      if ((await preflight(url, { origin, method, headers: [name] })).objection) refused.push(name);
    const names = (refused.length > 0 ? refused : headers).join(', ');
    return {
      cause: 'header-not-allowed',
      message: `The bucket's CORS rules do not let pages of ${origin} send ${names} with ${method} (AllowedHeaders).`,
      fixes,
    };
  }
  for (const other of METHODS.filter((name) => name !== method)) {
    if (!(await bare(other))) continue;
    return {
      cause: 'method-not-allowed',
      message: `The bucket's CORS rules let pages of ${origin} send ${other}, but not ${method} (AllowedMethods).`,
      fixes,
    };
  }
  return { ...originFinding(origin, full, rules), fixes };
}

function originFinding(
  origin: string,
  { body, status }: { body: string; status: number },
  rules: readonly CORSRule[] | undefined,
): Finding {
  if (rules?.length === 0 || /CORS is not enabled/i.test(body))
    return { cause: 'no-cors', message: 'The bucket has no CORS rules, so browsers may send nothing to it.' };
  if (rules === undefined && !/CORSResponse/.test(body))
    return {
      cause: 'origin-not-allowed',
      message: `The bucket has no CORS rule for pages of ${origin} (AllowedOrigins), or no CORS rules at all; its answer to the preflight, ${status}, does not tell.`,
    };
  const named = rules !== undefined && namesOrigin(rules, origin);
  return {
    cause: 'origin-not-allowed',
    message: named
      ? `The bucket's CORS rules name ${origin}, but its answers do not: a proxy in between may take them away.`
      : `No CORS rule of the bucket is for pages of ${origin} (AllowedOrigins).`,
  };
}
