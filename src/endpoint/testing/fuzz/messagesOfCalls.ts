import fc from 'fast-check';
import { evilNumber, evilText, mostly, several, sometimes } from './evilValues.ts';

const MIB = 1024 * 1024;
/** So often the one, and now and then the other. */
const rather = <Value>(right: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: other });
export const name = rather(
  fc.constantFrom('a.png', 'b.jpg', 'film.mp4', 'film.mov', 'page.html', 'a.pdf'),
  evilText,
);
export const mediaType = rather(
  fc.constantFrom(
    'image/png',
    'image/jpeg',
    'video/mp4',
    'image/svg+xml',
    'text/html',
    '',
    'image/*',
    'IMAGE/PNG; x=y',
  ),
  evilText,
);
const etag = rather(fc.constantFrom('e', '"e"'), evilText);
const base64 = fc
  .uint8Array({ minLength: 0, maxLength: 20 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const checksum = rather(fc.constantFrom('AAAAAA==', 'rL0Y20zC+Fzt72VPzMSk2A=='), fc.oneof(base64, evilText));
const metadata = fc.dictionary(rather(fc.constantFrom('album', 'x-amz-acl', 'title'), evilText), evilText, {
  maxKeys: 4,
});
const avoid = sometimes(
  fc.array(rather(fc.constantFrom('https://store.example', 'https://other.example'), evilText), {
    maxLength: 3,
  }),
);
export const partNumber = rather(fc.integer({ min: 1, max: 3 }), evilNumber);
const file = fc.record({
  id: mostly(fc.string({ minLength: 1, maxLength: 4 })),
  kind: mostly(rather(fc.constantFrom('photo', 'video'), fc.constantFrom('constructor', '__proto__', ''))),
  name: mostly(name),
  sizeBytes: mostly(rather(fc.integer({ min: 0, max: 12 * MIB }), evilNumber)),
  type: mostly(mediaType),
  metadata: sometimes(metadata),
  partSizeBytes: sometimes(fc.constantFrom(5 * MIB, 8 * MIB, 1, 5 * MIB - 1)),
  checksum: sometimes(checksum),
  partChecksums: sometimes(fc.constantFrom('crc32', 'md5', 'crc32c', 'sha1', 'constructor')),
  firstParts: sometimes(fc.integer({ min: 0, max: 101 })),
});

/** What was issued for each purpose, mostly; also forged, spoilt, or issued for another one. */
export interface Tokens {
  single: fc.Arbitrary<string>;
  inParts: fc.Arbitrary<string>;
  receipt: fc.Arbitrary<string>;
  /** Of the dialects: an upload id, or a key. */
  begun: fc.Arbitrary<string>;
}

/** For each call, a message that it could be asked. */
export function messagesOfCalls({
  single,
  inParts,
  receipt,
  begun,
}: Tokens): Record<string, fc.Arbitrary<unknown>> {
  const ticket = mostly(fc.oneof(single, inParts));
  const part = fc.record({ partNumber: mostly(partNumber), checksum: sometimes(checksum) });
  const finished = fc.record({
    partNumber: mostly(partNumber),
    etag: mostly(etag),
    checksum: sometimes(checksum),
  });
  const uploads = (upload: fc.Arbitrary<unknown>) => fc.record({ uploads: mostly(several(upload)) });
  return {
    uploads: fc.record({ files: mostly(several(file)), avoid }),
    parts: fc.record({
      uploads: mostly(several(fc.record({ ticket, parts: mostly(fc.array(part, { maxLength: 4 })) }))),
      avoid,
    }),
    'uploaded-parts': fc.record({ ticket: mostly(inParts) }),
    complete: uploads(
      fc.record({
        ticket,
        etag: sometimes(etag),
        checksum: sometimes(checksum),
        parts: sometimes(several(finished)),
      }),
    ),
    abort: uploads(fc.record({ ticket })),
    links: fc.record({
      links: mostly(
        several(
          fc.record({
            receipt: mostly(receipt),
            action: mostly(fc.constantFrom('download', 'preview', 'delete', 'constructor')),
            expiresInSeconds: sometimes(fc.oneof(fc.integer({ min: 1, max: 604_800 }), evilNumber)),
          }),
        ),
      ),
    }),
    sign: fc.oneof(
      fc.record({
        ticket: mostly(inParts),
        operation: mostly(fc.constantFrom('list-parts', 'complete', 'abort', '__proto__')),
      }),
      fc.record({
        method: mostly(fc.constantFrom('PUT', 'POST', 'GET', 'DELETE', 'PATCH')),
        key: mostly(fc.oneof(begun, name)),
        uploadId: sometimes(evilText),
        partNumber: sometimes(partNumber),
        contentType: sometimes(mediaType),
        kind: mostly(fc.constantFrom('photo', 'video', 'constructor')),
      }),
    ),
    's3/multipart': fc.record({
      filename: mostly(name),
      type: mostly(mediaType),
      metadata: mostly(
        fc.record({ kind: mostly(fc.constantFrom('photo', 'video')), album: sometimes(evilText) }),
      ),
    }),
    's3/multipart/…/complete': fc.record({
      parts: mostly(several(fc.record({ PartNumber: mostly(partNumber), ETag: mostly(etag) }))),
    }),
  };
}
