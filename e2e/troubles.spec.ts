import { appendFile, rename, stat, utimes } from 'node:fs/promises';
import { expect, FACES, test } from './fixtures.ts';
import type { UploadPage } from './models/UploadPage.ts';
import type { EndpointGate } from './support/EndpointGate.ts';
import { makeFile } from './support/makeFile.ts';

const MIB = 1024 * 1024;

interface EndpointTrouble {
  trouble: string;
  begin(gate: EndpointGate): void;
  message: RegExp;
}
const HTML = { type: 'text/html', text: '<h1>Welcome to nginx!</h1>' };
const ENDPOINT_TROUBLES: readonly EndpointTrouble[] = [
  {
    trouble: 'cannot be reached',
    begin: (gate) => gate.beUnreachable(),
    message: /server cannot be reached/i,
  },
  { trouble: 'answers 401', begin: (gate) => gate.failWith(401), message: /not signed in/i },
  { trouble: 'answers 403', begin: (gate) => gate.failWith(403), message: /may not upload/i },
  { trouble: 'answers 413', begin: (gate) => gate.failWith(413), message: /too large/i },
  { trouble: 'answers 500', begin: (gate) => gate.failWith(500), message: /went wrong on the server/i },
  {
    trouble: 'answers something that is not JSON',
    begin: (gate) => gate.failWith(200, HTML),
    message: /not an upload service/i,
  },
];

// what the endpoint asks for in single requests needs no store: so only the browser notices a store that is gone
test.use({ policy: { singleRequestMaxBytes: 5 * MIB, partSizeBytes: 5 * MIB } });

/** The cause is gone: the same file, still in the list, arrives by the button that the message brings. */
async function retryHelps(page: UploadPage, gate: EndpointGate): Promise<void> {
  // the tries that failed had calls of their own
  gate.receivedBytes = 0;
  await page.tryAgain();
  await page.expectDone();
  await page.expectNoMessage();
}

for (const { face, path } of FACES) {
  test.describe(`On the ${face}`, () => {
    for (const { trouble, begin, message } of ENDPOINT_TROUBLES) {
      test(`an endpoint that ${trouble} is named, and retry works when it is back @local`, async ({
        open,
        file,
        gate,
        expectStored,
      }) => {
        const letter = await file('letter.txt', 2_000);
        const page = await open(path);
        await page.choose(letter);
        begin(gate);
        await page.startUpload();
        await page.expectMessage(message, 60_000);
        await page.expectInList(letter);

        gate.open();
        await retryHelps(page, gate);
        await expectStored([letter]);
      });
    }

    test('an endpoint that is down when the page opens is named, and trying again loads the rules @local', async ({
      open,
      file,
      gate,
      expectStored,
    }) => {
      const letter = await file('letter.txt', 2_000);
      gate.failWith(500);
      const page = await open(path);
      await page.expectMessage(/cannot be uploaded right now|went wrong/i);
      gate.open();
      await page.tryAgain();
      await page.expectNoMessage();
      await page.upload(letter);
      await expectStored([letter]);
    });

    test('a bucket that cannot be reached is named, and retry works when it is back', async ({
      open,
      file,
      gate,
      line,
      expectStored,
    }) => {
      const letter = await file('letter.txt', 2_000);
      const page = await open(path);
      await page.choose(letter);
      await line.goDown();
      await page.startUpload();
      await page.expectMessage(/storage cannot be reached/i, 60_000);
      await page.expectInList(letter);
      await line.comeUp();
      await retryHelps(page, gate);
      await expectStored([letter]);
    });

    test('a bucket without CORS rules for the page is named, and retry works when it has them', async ({
      open,
      file,
      gate,
      line,
      expectStored,
    }) => {
      const letter = await file('letter.txt', 2_000);
      const page = await open(path);
      await page.choose(letter);
      line.withoutCors = true;
      await page.startUpload();
      await page.expectMessage(/CORS rules/i, 60_000);
      await page.expectInList(letter);
      line.withoutCors = false;
      await retryHelps(page, gate);
      await expectStored([letter]);
    });

    test('a bucket that hides the ETag is named, and retry works when it shows it', async ({
      open,
      file,
      gate,
      bucket,
      demo,
      expectStored,
    }) => {
      const video = await file('video.mp4', 11 * MIB);
      const page = await open(path);
      await page.choose(video);
      await bucket.allowOrigins(demo.origins, []);
      await page.startUpload();
      await page.expectMessage(/expose the ETag/i);
      await page.expectInList(video);
      await bucket.allowOrigins(demo.origins);
      await retryHelps(page, gate);
      await expectStored([video]);
    });

    for (const [size, sizeBytes] of [
      ['small', 2_000],
      ['large', 11 * MIB],
    ] as const) {
      test(`a ${size} file that vanished from the disk is named, and retry works when it is back @local`, async ({
        open,
        file,
        gate,
        expectStored,
      }) => {
        const letter = await file('letter.txt', sizeBytes);
        const page = await open(path);
        await page.choose(letter);
        await rename(letter.path, `${letter.path}.away`);
        await page.startUpload();
        await page.expectMessage(/changed, moved or deleted/i);
        await page.expectInList(letter);
        await rename(`${letter.path}.away`, letter.path);
        await retryHelps(page, gate);
        await expectStored([letter]);
      });

      test(`a ${size} file that grew on the disk is not stored as something else`, async ({
        open,
        file,
        folder,
        bucket,
        expectStored,
      }) => {
        const letter = await file('letter.txt', sizeBytes);
        const page = await open(path);
        await page.choose(letter);
        await appendFile(letter.path, 'more than there was');
        const { atime, mtime } = await stat(letter.path);
        await utimes(letter.path, atime, new Date(mtime.getTime() + 60_000));
        await page.startUpload();
        await page.expectMessage(/changed, moved or deleted|not what was sent/i);
        await page.expectInList(letter);
        expect(await bucket.files()).toEqual([]);

        await page.remove(letter);
        const anew = await makeFile(folder, 'letter.txt', sizeBytes);
        await page.upload(anew);
        await expectStored([anew]);
      });
    }

    test('the same file dropped twice is in the list once, and said @local', async ({
      open,
      file,
      expectStored,
    }) => {
      const letter = await file('letter.txt', 2_000);
      const page = await open(path);
      await page.drop(letter);
      await page.drop(letter);
      await page.expectMessage(/already in the list/i);
      await page.expectInList(letter);
      await page.startUpload();
      await page.expectDone();
      await expectStored([letter]);
    });

    test('two files of one name both arrive, each with its own content', async ({
      open,
      file,
      folder,
      expectStored,
    }) => {
      const page = await open(path);
      const first = await file('letter.txt', 2_000);
      await page.upload(first);
      const second = await makeFile(folder, 'letter.txt', 3_000);
      await page.upload(second);
      await expectStored([first, second]);
    });
  });
}
