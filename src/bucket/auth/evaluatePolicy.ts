import { S3Error } from '../S3Error.ts';

/** What a policy is held against. */
export interface PolicySubject {
  /** Form fields by lower-case name, `${filename}` already filled in. */
  readonly fields: ReadonlyMap<string, string>;
  readonly bucket: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** How many bytes the file may have. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

type Condition =
  | {
      readonly kind: 'eq' | 'starts-with';
      readonly field: string;
      readonly value: string;
      readonly text: string;
    }
  | { readonly kind: 'size'; readonly min: number; readonly max: number };

/** Fields that need no condition. */
const FREE = new Set(['policy', 'file', 'x-amz-signature']);

/**
 * Evaluates a POST policy (its JSON): not expired, every condition met, every field covered by one, except
 * `policy`, `file`, `x-amz-signature` and `x-ignore-*`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 * @throws S3Error InvalidPolicyDocument, AccessDenied.
 */
export function evaluatePolicy(json: string, subject: PolicySubject): SizeRange {
  const { expiration, conditions } = parsePolicy(json);
  if (subject.now > expiration)
    throw new S3Error('AccessDenied', 'Invalid according to Policy: Policy expired.');
  const covered = new Set<string>(['bucket']);
  let size: SizeRange = { min: 0, max: Number.POSITIVE_INFINITY };
  for (const condition of conditions) {
    if (condition.kind === 'size') {
      size = { min: Math.max(size.min, condition.min), max: Math.min(size.max, condition.max) };
      continue;
    }
    covered.add(condition.field);
    const value = condition.field === 'bucket' ? subject.bucket : (subject.fields.get(condition.field) ?? '');
    const met = condition.kind === 'eq' ? value === condition.value : value.startsWith(condition.value);
    if (met) continue;
    throw new S3Error(
      'AccessDenied',
      `Invalid according to Policy: Policy Condition failed: ${condition.text}`,
    );
  }
  const extra = [...subject.fields.keys()].filter(
    (name) => !FREE.has(name) && !name.startsWith('x-ignore-') && !covered.has(name),
  );
  if (extra.length > 0) {
    throw new S3Error('AccessDenied', `Invalid according to Policy: Extra input fields: ${extra.join(', ')}`);
  }
  return size;
}

function parsePolicy(json: string): { expiration: number; conditions: Condition[] } {
  let policy: unknown;
  try {
    policy = JSON.parse(json);
  } catch {
    invalid('Invalid JSON.');
  }
  if (typeof policy !== 'object' || policy === null) return invalid('Invalid JSON.');
  const fields = new Map<string, unknown>(Object.entries(policy));
  const expiration = fields.get('expiration');
  const conditions = fields.get('conditions');
  if (typeof expiration !== 'string') return invalid('Policy missing expiration.');
  if (!Array.isArray(conditions)) return invalid('Policy missing conditions.');
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(expiration)
    ? Date.parse(expiration)
    : Number.NaN;
  if (Number.isNaN(time)) invalid(`Invalid 'expiration' value: '${expiration}'`);
  return { expiration: time, conditions: conditions.map(parseCondition) };
}

function parseCondition(condition: unknown): Condition {
  const text = JSON.stringify(condition);
  if (Array.isArray(condition)) {
    const [operator, first, second] = condition;
    if (condition.length !== 3 || typeof operator !== 'string') return invalid(`Invalid condition: ${text}`);
    const kind = operator.toLowerCase();
    if (kind === 'content-length-range') {
      const [min, max] = [Number(first), Number(second)];
      if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0 || max < min) {
        return invalid(`Invalid condition: ${text}`);
      }
      return { kind: 'size', min, max };
    }
    if ((kind !== 'eq' && kind !== 'starts-with') || typeof first !== 'string' || !first.startsWith('$')) {
      return invalid(`Invalid condition: ${text}`);
    }
    return { kind, field: first.slice(1).toLowerCase(), value: String(second), text };
  }
  const entries = typeof condition === 'object' && condition !== null ? Object.entries(condition) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) return invalid(`Invalid condition: ${text}`);
  const [name, value] = entry;
  return {
    kind: 'eq',
    field: name.toLowerCase(),
    value: String(value),
    text: JSON.stringify(['eq', `$${name}`, String(value)]),
  };
}

function invalid(reason: string): never {
  throw new S3Error('InvalidPolicyDocument', `Invalid Policy: ${reason}`);
}
