import { childrenOf, parseXml, textOf, type XmlElement } from '../http/parseXml.ts';
import type { XmlValue } from '../http/renderXml.ts';
import { S3Error } from '../S3Error.ts';

/** One rule of a bucket's CORS configuration, in the shape the AWS SDK has it. */
export interface CorsRule {
  readonly ID?: string | undefined;
  /** Each may hold one `*`. */
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  /** Each may hold one `*`; any case. */
  readonly AllowedHeaders?: readonly string[] | undefined;
  readonly ExposeHeaders?: readonly string[] | undefined;
  readonly MaxAgeSeconds?: number | undefined;
}

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];
const MAX_RULES = 100;

/** Reads a `<CORSConfiguration>`. @throws S3Error MalformedXML, InvalidRequest. */
export function parseCorsRules(body: string): CorsRule[] {
  const rules = childrenOf(parseXml(body, 'CORSConfiguration'), 'CORSRule').map(parseRule);
  if (rules.length === 0 || rules.length > MAX_RULES) throw new S3Error('MalformedXML');
  rules.forEach(assertCorsRule);
  return rules;
}

/** The tree of a `<CORSConfiguration>`. */
export function corsRulesToXml(rules: readonly CorsRule[]): XmlValue {
  return {
    CORSRule: rules.map((rule) => ({
      ID: rule.ID,
      AllowedOrigin: rule.AllowedOrigins,
      AllowedMethod: rule.AllowedMethods,
      AllowedHeader: rule.AllowedHeaders,
      ExposeHeader: rule.ExposeHeaders,
      MaxAgeSeconds: rule.MaxAgeSeconds,
    })),
  };
}

/** @throws S3Error for what S3 refuses in a rule. */
export function assertCorsRule(rule: CorsRule): void {
  if (rule.AllowedOrigins.length === 0 || rule.AllowedMethods.length === 0) throw new S3Error('MalformedXML');
  for (const method of rule.AllowedMethods) {
    if (METHODS.includes(method)) continue;
    throw new S3Error(
      'InvalidRequest',
      `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
    );
  }
  for (const [name, values] of [
    ['AllowedOrigin', rule.AllowedOrigins],
    ['AllowedHeader', rule.AllowedHeaders ?? []],
  ] as const) {
    const wrong = values.find((value) => value.split('*').length > 2);
    if (wrong === undefined) continue;
    throw new S3Error('InvalidRequest', `${name} "${wrong}" can not have more than one wildcard.`);
  }
  const exposed = rule.ExposeHeaders?.find((value) => value.includes('*'));
  if (exposed !== undefined) {
    throw new S3Error(
      'InvalidRequest',
      `ExposeHeader "${exposed}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
    );
  }
}

function parseRule(element: XmlElement): CorsRule {
  const texts = (tag: string) => childrenOf(element, tag).map(({ text }) => text.trim());
  const age = textOf(element, 'MaxAgeSeconds')?.trim();
  if (age !== undefined && !/^\d{1,9}$/.test(age)) throw new S3Error('MalformedXML');
  const [headers, exposed] = [texts('AllowedHeader'), texts('ExposeHeader')];
  return {
    ID: textOf(element, 'ID'),
    AllowedOrigins: texts('AllowedOrigin'),
    AllowedMethods: texts('AllowedMethod'),
    ...(headers.length > 0 && { AllowedHeaders: headers }),
    ...(exposed.length > 0 && { ExposeHeaders: exposed }),
    ...(age !== undefined && { MaxAgeSeconds: Number(age) }),
  };
}
