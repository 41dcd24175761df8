import type { CORSRule } from '@aws-sdk/client-s3';

/** Marks the rule that is ours, so that it replaces its own and no other. */
const RULE_ID = 'bucketdrop';

/**
 * POST and PUT carry the bytes. DELETE is for links that delete, and with GET for the stock plugin, which lists and aborts
 * by itself. Links that download or show a file need no CORS: the browser follows them, no script reads them.
 */
const NEEDED_METHODS = ['POST', 'PUT', 'GET', 'DELETE'] as const;

/** The rule that lets pages of these origins upload, and read the ETags that completing an upload needs. */
export function recommendedCorsRule(origins: readonly string[]) {
  return {
    ID: RULE_ID,
    AllowedOrigins: [...origins],
    AllowedMethods: [...NEEDED_METHODS],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 3600,
  } satisfies CORSRule;
}

/** The rules there are, and before them ours: stores take the first that fits, and one of the others may hide the ETag. */
export function withRecommendedRule(rules: readonly CORSRule[], origins: readonly string[]): CORSRule[] {
  return [recommendedCorsRule(origins), ...rules.filter((rule) => rule.ID !== RULE_ID)];
}

/** `https://*.example.com` fits with at most one `*`, as S3 has it. */
function fits(pattern: string, value: string): boolean {
  const [head = '', tail] = pattern.split('*');
  if (tail === undefined) return pattern === value;
  return value.length >= head.length + tail.length && value.startsWith(head) && value.endsWith(tail);
}

/** Whether one of the rules is for this origin at all. */
export function namesOrigin(rules: readonly CORSRule[], origin: string): boolean {
  return rules.some(({ AllowedOrigins = [] }) => AllowedOrigins.some((pattern) => fits(pattern, origin)));
}

/**
 * Whether a page of `origin` may read the ETag of what it uploads. S3 takes the first rule that fits.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function exposesEtag(rules: readonly CORSRule[], origin: string): boolean {
  const rule = rules.find(
    ({ AllowedOrigins = [], AllowedMethods = [] }) =>
      AllowedOrigins.some((pattern) => fits(pattern, origin)) && AllowedMethods.includes('PUT'),
  );
  return rule?.ExposeHeaders?.some((name) => name === '*' || name.toLowerCase() === 'etag') ?? false;
}

/** What `aws s3api put-bucket-cors` and the SDKs take. */
export function corsAsJson(rules: readonly CORSRule[]): string {
  return JSON.stringify({ CORSRules: rules }, null, 2);
}

/** What `PUT /bucket?cors`, `s3cmd setcors` and `mc cors set` take. */
export function corsAsXml(rules: readonly CORSRule[]): string {
  const lines = rules.flatMap((rule) => [
    '  <CORSRule>',
    ...(rule.ID === undefined ? [] : [element('ID', rule.ID)]),
    ...(rule.AllowedOrigins ?? []).map((origin) => element('AllowedOrigin', origin)),
    ...(rule.AllowedMethods ?? []).map((method) => element('AllowedMethod', method)),
    ...(rule.AllowedHeaders ?? []).map((name) => element('AllowedHeader', name)),
    ...(rule.ExposeHeaders ?? []).map((name) => element('ExposeHeader', name)),
    ...(rule.MaxAgeSeconds === undefined ? [] : [element('MaxAgeSeconds', String(rule.MaxAgeSeconds))]),
    '  </CORSRule>',
  ]);
  return ['<CORSConfiguration>', ...lines, '</CORSConfiguration>'].join('\n');
}

function element(name: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `    <${name}>${escaped}</${name}>`;
}

/** The line for a terminal that puts these rules in force; it replaces those that the bucket has. */
export function awsCliLine(
  store: { bucket: string; endpoint?: string | undefined },
  rules: readonly CORSRule[],
): string {
  const endpoint = store.endpoint ? ` --endpoint-url ${store.endpoint}` : '';
  const json = JSON.stringify({ CORSRules: rules }).replaceAll("'", "'\\''");
  return `aws s3api put-bucket-cors --bucket ${store.bucket}${endpoint} --cors-configuration '${json}'`;
}
