import { expect, FACES, test } from './fixtures.ts';

// nothing inline, nothing evaluated; only the bucket (on another port) and the page's own server are spoken to
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self' http://127.0.0.1:*",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

// the recorder of traces reads blobs by fetch, which this policy rightly forbids
test.use({ trace: 'off', pageHeaders: { 'content-security-policy': POLICY } });

for (const { face, path } of FACES)
  test(`The ${face} works under a strict Content-Security-Policy @local`, async ({
    open,
    file,
    page,
    expectStored,
  }) => {
    const violations: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
        console.error(`Content Security Policy: ${violatedDirective} ${blockedURI} ${sourceFile}`),
      );
    });
    const photo = await file('photo.jpg', 2_000);
    const uploadPage = await open(path);
    await uploadPage.upload(photo);
    await expectStored([photo]);
    expect(violations).toEqual([]);
  });
