import { describe, expect, it } from 'vitest';
import { deriveSigningKey } from '../auth/signature.ts';
import { refusalOf } from '../testing/makeRequest.ts';
import { ChunkSignatures } from './ChunkSignatures.ts';
import { decodeAwsChunked } from './decodeAwsChunked.ts';

// Seeds and chunk signatures as published:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html (and …-trailers.html)
const scope = { date: '20130524', region: 'us-east-1', service: 's3' };
const PLAIN = {
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  chunks: [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ],
};
const TRAILED = {
  seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  chunks: [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ],
  trailer: 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
};

function signatures(seed: string, payloadHash: string): ChunkSignatures {
  return new ChunkSignatures({
    claim: { scope, time: '20130524T000000Z', signedHeaders: [], signature: seed, payloadHash },
    signingKey: deriveSigningKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope),
  });
}

function signedBody(chunks: readonly string[], tail = '\r\n'): string {
  const [first, second, last] = chunks;
  return `10000;chunk-signature=${first}\r\n${'a'.repeat(65536)}\r\n400;chunk-signature=${second}\r\n${'a'.repeat(1024)}\r\n0;chunk-signature=${last}\r\n${tail}`;
}

async function decode(text: string, size: number, check?: ChunkSignatures) {
  const bytes = Buffer.from(text);
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const trailers = new Map<string, string>();
  const out: Buffer[] = [];
  for await (const chunk of decodeAwsChunked(pieces(), trailers, check)) out.push(chunk);
  return { body: Buffer.concat(out).toString(), trailers: Object.fromEntries(trailers) };
}

describe('decodeAwsChunked', () => {
  it.each([1, 7, 100, 65_536, 1_000_000])(
    'decodes whatever the network cuts it into (%i bytes)',
    async (size) => {
      const text = '5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n';
      expect(await decode(text, size)).toEqual({
        body: 'hello world',
        trailers: { 'x-amz-checksum-crc32': 'DUoRhQ==' },
      });
    },
  );

  it('follows the published chain of signatures', async () => {
    const check = signatures(PLAIN.seed, 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
    expect((await decode(signedBody(PLAIN.chunks), 10_000, check)).body).toBe('a'.repeat(66_560));
  });

  it('follows the published chain with a signed trailer', async () => {
    const check = signatures(TRAILED.seed, 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER');
    const tail = `x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${TRAILED.trailer}\r\n`;
    const { trailers } = await decode(signedBody(TRAILED.chunks, tail), 10_000, check);
    expect(trailers['x-amz-checksum-crc32c']).toBe('sOO8/Q==');
  });

  it('refuses a chunk, a last chunk or a trailer that was signed otherwise', async () => {
    const [first, second, last] = PLAIN.chunks as [string, string, string];
    for (const chunks of [
      [second, second, last],
      [first, first, last],
      [first, second, first],
    ]) {
      const check = signatures(PLAIN.seed, 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
      expect(await refusalOf(() => decode(signedBody(chunks), 10_000, check))).toContain(
        'SignatureDoesNotMatch',
      );
    }
    const check = signatures(TRAILED.seed, 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER');
    const tail = `x-amz-checksum-crc32c:AAAAAA==\r\nx-amz-trailer-signature:${TRAILED.trailer}\r\n`;
    expect(await refusalOf(() => decode(signedBody(TRAILED.chunks, tail), 10_000, check))).toContain(
      'SignatureDoesNotMatch',
    );
  });

  it.each([
    ['5\r\nhel', 'IncompleteBody'],
    ['5\r\nhello', 'IncompleteBody'],
    ['5\r\nhello\r\n', 'IncompleteBody'],
    ['5\r\nhello!\r\n0\r\n\r\n', 'InvalidRequest: A chunk is longer'],
    ['hello', 'IncompleteBody'],
    ['xyz\r\nhello', 'InvalidRequest: The chunk header'],
    ['0\r\nnonsense\r\n\r\n', 'InvalidRequest: The trailer'],
    ['0\r\n\r\nmore', 'InvalidRequest: Bytes follow'],
    ['1'.repeat(20_000), 'InvalidRequest: A chunk header is too long'],
  ])('refuses %j', async (text, refusal) => {
    expect(await refusalOf(() => decode(text, 1000))).toContain(refusal);
  });
});
