import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as send } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type NodeListener, servePage } from '../src/dev/servePage.ts';
import { test as base, expect } from './fixtures.ts';
import { builtPages } from './globalSetup.ts';
import { UploadPage } from './models/UploadPage.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** What a web server in front of the site would do. */
const forwardTo =
  (port: number): NodeListener =>
  (request, response) => {
    const onward = send({
      host: '127.0.0.1',
      port,
      path: request.url,
      method: request.method,
      headers: request.headers,
    });
    onward.on('response', (answer) =>
      answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)),
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };

interface Site {
  url: string;
  /** What the example's server printed. */
  printed(): string;
}

/** The examples' pages, with the README's own server behind them. */
const test = base.extend<{ site: Site }>({
  site: async ({ bucket, s3, line }, use) => {
    const port = await freePort();
    const server: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'examples/server.ts'], {
      cwd: ROOT,
      env: {
        ...process.env,
        PORT: String(port),
        AWS_ENDPOINT_URL_S3: line.url,
        AWS_ACCESS_KEY_ID: s3.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
        AWS_REGION: s3.region,
        BUCKETDROP_BUCKET: bucket.bucket,
        BUCKETDROP_SECRET: 'a secret of at least thirty-two bytes',
      },
    });
    let printed = '';
    server.stdout?.on('data', (text) => (printed += text));
    const page = await servePage({
      root: ROOT,
      built: builtPages(),
      port: 0,
      exactly: true,
      headers: {},
      mounts: { '/api/uploads': forwardTo(port) },
    });
    const url = `http://127.0.0.1:${page.port}/`;
    await bucket.allowOrigins([url.slice(0, -1)]);
    await expect
      .poll(() =>
        fetch(`http://127.0.0.1:${port}/config`).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await use({ url, printed: () => printed });
    await page.close();
    server.kill();
    await once(server, 'exit');
  },
});

for (const example of ['react', 'plain', 'uppy'])
  test(`the README’s example "${example}" works with its server @local`, async ({
    site,
    page,
    context,
    file,
    bucket,
  }) => {
    await context.addCookies([{ name: 'user', value: 'ada', url: site.url }]);
    const photo = await file('photo.png', 20_000);
    const uploadPage = new UploadPage(page, `${site.url}examples/${example}.html`);
    await uploadPage.open();
    await uploadPage.upload(photo);
    const [stored] = await bucket.files();
    expect(stored?.key).toMatch(/^photos\/.+\/photo\.png$/);
    expect(await bucket.sha256Of(stored?.key ?? '')).toBe(photo.sha256);
    expect(site.printed()).toContain(`saved ${stored?.key}, 20000 bytes, of ada`);
  });

test('the README’s server turns strangers away @local', async ({ site, page }) => {
  const uploadPage = new UploadPage(page, `${site.url}examples/react.html`);
  await uploadPage.open();
  await uploadPage.expectMessage(/not signed in/i);
});
