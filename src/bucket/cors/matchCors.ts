import type { AnswerHeaders } from '../http/Answer.ts';
import type { CorsRule } from './CorsRule.ts';

/** What a browser asks to do from another origin. */
export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Of a preflight: the headers it wants to send, in lower case. */
  readonly headers: readonly string[];
}

/**
 * The CORS headers of an answer by the first rule that allows origin, method and all headers; undefined when none
 * does. S3 echoes the origin, unless the rule says `*`, and sends the same headers with errors.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function matchCors(rules: readonly CorsRule[], question: CorsQuestion): AnswerHeaders | undefined {
  for (const rule of rules) {
    const origin = rule.AllowedOrigins.find((pattern) => matchesPattern(pattern, question.origin));
    if (origin === undefined || !rule.AllowedMethods.includes(question.method)) continue;
    const allowed = (rule.AllowedHeaders ?? []).map((pattern) => pattern.toLowerCase());
    if (!question.headers.every((name) => allowed.some((pattern) => matchesPattern(pattern, name)))) continue;
    return {
      'access-control-allow-origin': origin === '*' ? '*' : question.origin,
      'access-control-allow-methods': rule.AllowedMethods.join(', '),
      'access-control-allow-headers': question.headers.join(', ') || undefined,
      'access-control-expose-headers': rule.ExposeHeaders?.join(', '),
      'access-control-max-age': rule.MaxAgeSeconds,
      'access-control-allow-credentials': origin === '*' ? undefined : 'true',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    };
  }
  return undefined;
}

/** Whether a text fits a pattern with at most one `*`. */
export function matchesPattern(pattern: string, text: string): boolean {
  const at = pattern.indexOf('*');
  if (at < 0) return pattern === text;
  const [start, end] = [pattern.slice(0, at), pattern.slice(at + 1)];
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
