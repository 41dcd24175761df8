import { FACES, test } from './fixtures.ts';
import { expectNothingFound } from './support/expectNothingFound.ts';

for (const { face, path } of FACES)
  for (const colorScheme of ['light', 'dark'] as const)
    test.describe(`On the ${face}, ${colorScheme}`, () => {
      test.use({ colorScheme });

      test('axe finds nothing, whatever the widget shows @local', async ({
        open,
        file,
        page,
        gate,
        line,
      }) => {
        const [letter, video] = [await file('letter.txt', 2_000), await file('video.mp4', 30_000_000)];
        const uploadPage = await open(path);
        await uploadPage.expectReady();
        await expectNothingFound(page, 'empty');

        await uploadPage.choose(letter, video);
        await expectNothingFound(page, 'with files');

        line.bytesPerSecond = 4_000_000;
        await uploadPage.startUpload();
        await uploadPage.expectProgress(10);
        // slow enough to look around
        line.bytesPerSecond = 100_000;
        await expectNothingFound(page, 'uploading');
        await uploadPage.pause();
        await expectNothingFound(page, 'paused');
        line.bytesPerSecond = Number.POSITIVE_INFINITY;
        await uploadPage.resume();
        await uploadPage.expectDone();
        // the widget moves the focus there, whereas the pointer may be anywhere
        await page.mouse.move(0, 0);
        const done = page.getByRole('button', { name: 'Done', exact: true });
        if (await done.isVisible()) await done.focus();
        await expectNothingFound(page, 'done');

        gate.failWith(403);
        await uploadPage.choose(await file('another.txt', 2_000));
        await uploadPage.startUpload();
        await uploadPage.expectMessage(/may not upload/i);
        await expectNothingFound(page, 'error');
      });
    });
