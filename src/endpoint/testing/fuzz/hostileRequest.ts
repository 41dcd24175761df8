import fc from 'fast-check';
import { evilText, evilValue } from './evilValues.ts';
import { mediaType, messagesOfCalls, name, partNumber, type Tokens } from './messagesOfCalls.ts';

/** A request as data, so that a failure prints what was asked. */
export interface HostileRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Undefined: none. */
  body: string | undefined;
  /** `stream`: in small pieces, without its length. */
  sent: 'whole' | 'stream';
}

/** A lone surrogate has no percent-encoding. */
const encode = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

/** As paths and queries are written by those who write them by hand. */
const inPath = (text: string) => text.replace(/[?#\s\\]|[^\x20-\x7e]/gu, (char) => encode(char));

/** Calls that have all in the address: the config, and Companion's. */
function pathWithAll(token: fc.Arbitrary<string>, keys: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const key = fc.oneof(keys, evilText).map((text) => encode(text));
  const numbers = fc.oneof(
    fc.array(partNumber, { maxLength: 3 }).map(String),
    fc.constantFrom('', ',', '1,,2', 'NaN'),
  );
  const query = (text: fc.Arbitrary<string>) => text.map((value) => encode(value));
  return fc.oneof(
    fc.constantFrom('photo', 'video', 'constructor', '').map((kind) => `config?kind=${kind}`),
    fc
      .tuple(query(name), query(mediaType), fc.constantFrom('photo', 'video', 'constructor'), query(evilText))
      .map(
        ([filename, type, kind, album]) =>
          `s3/params?filename=${filename}&type=${type}&metadata[kind]=${kind}&metadata[album]=${album}`,
      ),
    fc.tuple(token, key).map(([id, value]) => `s3/multipart/${inPath(id)}?key=${value}`),
    fc
      .tuple(token, key, numbers)
      .map(([id, value, list]) => `s3/multipart/${inPath(id)}/batch?key=${value}&partNumbers=${list}`),
    fc
      .tuple(token, key, partNumber)
      .map(([id, value, number]) => `s3/multipart/${inPath(id)}/${number}?key=${value}`),
    fc.tuple(token, key).map(([id, value]) => `s3/multipart/${inPath(id)}/complete?key=${value}`),
  );
}

/** What happens to a good JSON text on its way. */
const spoil = fc.oneof(
  { weight: 60, arbitrary: fc.constant((text: string) => text) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<(text: string) => string>(
      (text) => text.replace('{', '{"__proto__":{"admin":true},'),
      (text) => text.replace('{', '{"constructor":{"prototype":{}},'),
      (text) => text.replace(/\{("\w+":)/, '{$1null,$1'),
      (text) => `${text}${text}`,
      (text) => text.slice(0, -1),
      (text) => `\ufeff${text}`,
      (text) => text.replaceAll('"', "'"),
      (text) => text.replace('[', '['.repeat(20_000)),
      (text) => `${'{"a":'.repeat(5_000)}${text}${'}'.repeat(5_000)}`,
      () => '',
      () => 'null',
      () => '1e999',
      () => '{"files":"\\ud800"}',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map((garbage) => () => garbage) },
);

const contentType = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom('application/json', 'application/json; charset=utf-8') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'text/plain',
      'application/jsonp',
      '',
      'multipart/form-data; boundary=x',
      'application/json,text/html',
    ),
  },
);
const headerText = fc
  .string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 30,
  })
  .filter((text) => !text.includes('\u007f'));
const headers = fc
  .record({
    'content-type': contentType,
    'x-user': fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom('ann', 'ann', 'ann', 'bob') },
      { weight: 1, arbitrary: headerText },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    origin: fc.oneof(
      { weight: 30, arbitrary: fc.constant(undefined) },
      { weight: 5, arbitrary: fc.constant('https://app.example') },
      { weight: 1, arbitrary: fc.constantFrom('https://evil.example', 'null') },
      { weight: 1, arbitrary: headerText },
    ),
    'access-control-request-method': fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('POST', 'GET', 'x'),
      },
    ),
    'content-length': fc.oneof(
      { weight: 30, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('0', '-1', '99999999999', 'NaN', '1e9'),
      },
    ),
    'content-encoding': fc.oneof(
      { weight: 40, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('gzip', 'identity', 'br'),
      },
    ),
    'x-forwarded-host': fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: headerText },
    ),
  })
  .map((all) =>
    Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined)),
  );

/** @param keys of objects that there are */
export function hostileRequest(tokens: Tokens, keys: fc.Arbitrary<string>): fc.Arbitrary<HostileRequest> {
  const known = messagesOfCalls(tokens);
  const byCall = Object.entries(known).map(([call, message]) =>
    fc
      .tuple(fc.constant(call), message, tokens.begun, fc.oneof(keys, evilText))
      .map(([route, content, id, key]) => ({
        path: route.replace('…', inPath(id)) + (route.includes('…') ? `?key=${encode(key)}` : ''),
        content,
      })),
  );
  const oddPath = fc.oneof(
    fc.constantFrom(
      '',
      '/',
      '//',
      'uploads/',
      'UPLOADS',
      '%75ploads',
      'uploads%00',
      'constructor',
      '__proto__',
      's3/sts',
      's3/multipart//1',
    ),
    evilText.map(inPath),
    fc.webPath(),
  );
  const asked = fc.oneof(
    { weight: 12, arbitrary: fc.oneof(...byCall) },
    {
      weight: 4,
      arbitrary: pathWithAll(tokens.begun, keys).map((path) => ({ path, content: undefined as unknown })),
    },
    { weight: 1, arbitrary: fc.tuple(oddPath, evilValue).map(([path, content]) => ({ path, content })) },
  );
  const method = fc.oneof(
    { weight: 25, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'BREW'),
    },
  );
  return fc
    .record({
      asked,
      method,
      headers,
      spoil,
      sent: fc.constantFrom('whole' as const, 'whole' as const, 'stream' as const),
    })
    .map(({ asked: { path, content }, method: wished, headers: all, spoil: change, sent }) => {
      const usual =
        content !== undefined
          ? 'POST'
          : /^s3\/multipart\/[^/]+\?/.test(path) && path.length % 2 === 0
            ? 'DELETE'
            : 'GET';
      const text = content === undefined ? undefined : change(JSON.stringify(content) ?? 'null');
      const verb = wished || usual;
      const hasBody = verb !== 'GET' && verb !== 'HEAD';
      return { method: verb, path, headers: all, body: hasBody ? text : undefined, sent };
    });
}
