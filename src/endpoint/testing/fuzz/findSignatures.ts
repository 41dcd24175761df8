/** One thing that an answer lets its reader do to the bucket. */
export interface Signature {
  method: string;
  key: string;
  expiresInSeconds: number;
  /** What is bound: names of headers, or of a form's fields. */
  bound: Record<string, string | true>;
  /** Of a form. */
  sizes: [number, number] | null;
  query: URLSearchParams;
}

/** Everything signed in an answer, wherever it stands. */
export function findSignatures(value: unknown, bucketPath: string): Signature[] {
  if (typeof value === 'string') return /X-Amz-Signature/i.test(value) ? [readUrl(value, bucketPath)] : [];
  if (typeof value !== 'object' || value === null) return [];
  const { fields } = value as { fields?: Record<string, string> };
  if (typeof fields === 'object' && fields !== null && Object.hasOwn(fields, 'policy')) {
    const { fields: _, ...rest } = value as Record<string, unknown>;
    return [readForm(fields), ...findSignatures(rest, bucketPath)];
  }
  return Object.values(value).flatMap((inner) => findSignatures(inner, bucketPath));
}

function readUrl(text: string, bucketPath: string): Signature {
  const url = new URL(text);
  if (!url.pathname.startsWith(bucketPath)) throw new Error(`signed for another bucket: ${url.pathname}`);
  const signed = url.searchParams.get('X-Amz-SignedHeaders') ?? '';
  return {
    method: '',
    key: decodeURIComponent(url.pathname.slice(bucketPath.length)),
    expiresInSeconds: Number(url.searchParams.get('X-Amz-Expires')),
    bound: Object.fromEntries(signed.split(';').map((name) => [name, true])),
    sizes: null,
    query: url.searchParams,
  };
}

function readForm(fields: Record<string, string>): Signature {
  const policy = JSON.parse(Buffer.from(fields.policy ?? '', 'base64').toString());
  const conditions: (Record<string, string> | [string, number, number])[] = policy.conditions;
  const range = conditions.find((one): one is [string, number, number] => Array.isArray(one));
  const bound = Object.assign({}, ...conditions.filter((one) => !Array.isArray(one)));
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'policy' || name === 'x-amz-signature') continue;
    if (bound[name] !== value) throw new Error(`the form's ${name} is not bound`);
  }
  return {
    method: 'POST form',
    key: bound.key,
    expiresInSeconds: (Date.parse(policy.expiration) - Date.now()) / 1000,
    bound,
    sizes: range === undefined ? null : [range[1], range[2]],
    query: new URLSearchParams(),
  };
}
