import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startBucket } from '../src/bucket/startBucket.ts';
import { recommendedCorsRule } from '../src/doctor/corsRules.ts';
import type { Report } from '../src/doctor/Report.ts';

const ORIGIN = 'https://my.site';

interface Outcome {
  code: number;
  text: string;
}

/** Runs a command in a folder; what it said is kept. */
function run(cwd: string, command: string, args: readonly string[], env = {}): Promise<Outcome> {
  return new Promise((done, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, AWS_REGION: '', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on('error', reject);
    child.on('exit', (code) => done({ code: code ?? 1, text }));
  });
}

/** @throws Error */
function expectThat(holds: boolean, what: string, outcome: Outcome): void {
  if (!holds) throw new Error(`${what}\nexit code ${outcome.code}\n${outcome.text}`);
  console.log(`  ok  ${what}`);
}

/**
 * What npm would publish, installed as its users do: the built package needs nothing that is only here, and its doctor
 * finds a bucket healthy, and a broken one broken.
 *
 * @throws Error for what does not hold
 */
async function checkPackage(folder: string): Promise<void> {
  const packed = await run(resolve('.'), 'npm', ['pack', '--silent', '--pack-destination', folder]);
  const [tarball] = readdirSync(folder);
  expectThat(packed.code === 0 && tarball !== undefined, 'npm pack makes a tarball', packed);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error'];
  const installed = await run(folder, 'npm', ['install', ...quiet, `./${tarball}`]);
  expectThat(installed.code === 0, 'it installs into an empty folder', installed);

  const entry = `const { createUploadEndpoint } = await import('bucketdrop/endpoint'); console.log(typeof createUploadEndpoint)`;
  const imported = await run(folder, process.execPath, ['--input-type=module', '-e', entry]);
  expectThat(imported.text.trim() === 'function', 'its endpoint can be imported', imported);

  const bucket = await startBucket({ buckets: ['healthy'], cors: [recommendedCorsRule([ORIGIN])] });
  const doctor = (args: readonly string[], env = {}) =>
    run(folder, 'npx', ['--no-install', 'bucketdrop', 'doctor', ...args], env);
  try {
    const help = await doctor(['--help']);
    expectThat(help.code === 0 && help.text.includes('--endpoint URL'), 'npx bucketdrop doctor --help', help);
    const keys = { AWS_ACCESS_KEY_ID: bucket.accessKeyId, AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey };
    const place = [
      '--region',
      bucket.region,
      '--store-endpoint',
      bucket.url,
      '--path-style',
      '--profile',
      'local',
    ];
    const of = ['--bucket', 'healthy', ...place];
    const healthy = await doctor([...of, '--origin', ORIGIN], keys);
    expectThat(
      healthy.code === 0 && healthy.text.includes('Uploads work.'),
      'a healthy bucket: exit code 0',
      healthy,
    );
    const broken = await doctor([...of, '--origin', 'https://other.site', '--json'], keys);
    const { causes } = JSON.parse(broken.text) as Report;
    expectThat(
      broken.code === 1 && causes.join() === 'origin-not-allowed',
      'a broken one: exit code 1',
      broken,
    );
    const misused = await doctor(['--bucket', 'healthy', '--origin', 'my.site'], keys);
    expectThat(misused.code === 2, 'misused: exit code 2', misused);
  } finally {
    await bucket.stop();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'bucketdrop-package-'));
try {
  await checkPackage(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
