import { parseArgs } from 'node:util';
import { awsCliLine, recommendedCorsRule } from '../doctor/corsRules.ts';
import { checkBucket } from './checkBucket.ts';
import { checkCors, setCors } from './checkCors.ts';
import type { DemoStore } from './DemoStore.ts';
import { DevError } from './DevError.ts';
import { ensureScriptTag } from './ensureScriptTag.ts';
import { readPort } from './readPort.ts';
import { readStoreFromEnv } from './readStoreFromEnv.ts';
import { ROOT, type RunningDemo, startDemo } from './startDemo.ts';

const HELP = `npm start [-- options]

Starts the demo: its pages, the upload endpoint, and a local S3 bucket on a port of its own.

  --port N       the page's port (default: PORT, or 5173 and if that is taken the next free one)
  --setup-cors   on your own store: adds the CORS rule that lets the page in
  --help         this text

With these variables set, the same demo runs on that store:
  AWS_ENDPOINT_URL_S3 (not for AWS itself), AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, BUCKETDROP_BUCKET
  optional: AWS_SESSION_TOKEN, BUCKETDROP_FORCE_PATH_STYLE, BUCKETDROP_STORE, BUCKETDROP_HOSTS
BUCKETDROP_HOSTS=2 without them: the local bucket under two host names, for twelve connections
`;

const ORPHAN_CHECK_MS = 500;

// it is for those who choose the SDK's version, and would come before everything that is said here
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const say = (line: string) => console.log(line);

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'setup-cors': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new DevError(`${(error as Error).message}\n\n${HELP}`);
  }
}

/** Says what keeps the page out of the store, or with `--setup-cors` lets it in. */
async function openStore(store: DemoStore, origins: readonly string[], setUpCors: boolean): Promise<void> {
  await checkBucket(store);
  let { problems, rulesToSet } = await checkCors(store, origins);
  if (problems.length > 0 && setUpCors) {
    await setCors(store, rulesToSet);
    say(`Added a CORS rule to the bucket "${store.bucket}".`);
    ({ problems, rulesToSet } = await checkCors(store, origins));
  }
  if (problems.length === 0) return;
  say(
    [
      '',
      `Uploads from this page will fail: the bucket "${store.bucket}" has no CORS rule for it.`,
      ...problems.map((problem) => `  - ${problem}`),
      '',
      'This rule lets the page in:',
      JSON.stringify(recommendedCorsRule(origins), null, 2),
      '',
      setUpCors
        ? 'It was sent to the store, which does not act on it (yet). By hand:'
        : 'Add it with `npm start -- --setup-cors`, or by hand (this sets all of the bucket’s rules):',
      awsCliLine(store, rulesToSet),
    ].join('\n'),
  );
}

function stopWhenTold(demo: RunningDemo): void {
  let stopping = false;
  const stop = async () => {
    // a second Ctrl-C does not wait
    if (stopping) process.exit(130);
    stopping = true;
    await demo.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // npm passes SIGTERM to its shell alone, which dies of it without a word to us
  const startedBy = process.ppid;
  setInterval(() => {
    if (process.ppid !== startedBy && !stopping) stop();
  }, ORPHAN_CHECK_MS).unref();
}

async function start(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) return say(HELP);
  const store = readStoreFromEnv(process.env);
  if (args['setup-cors'] && !store)
    throw new DevError('--setup-cors is for your own store; the local bucket has its rules already.');
  const port = readPort(args.port, process.env.PORT);
  if (store) await checkBucket(store);
  ensureScriptTag(ROOT, say);
  const demo = await startDemo({
    ...port,
    store,
    twoHosts: process.env.BUCKETDROP_HOSTS === '2',
    log: (entry) => say(`[endpoint] ${entry.level} ${entry.message}`),
  });
  stopWhenTold(demo);
  try {
    if (store) await openStore(store, demo.origins, args['setup-cors']);
  } catch (error) {
    await demo.stop();
    throw error;
  }
  say(
    [
      '',
      `  React page   ${demo.url}`,
      `  Plain page   ${demo.url}static.html`,
      `  Bucket       "${demo.store.bucket}" at ${demo.store.endpoint ?? `AWS, ${demo.store.region}`}` +
        (store ? '' : '  (local; its files go when you stop it)'),
      '',
      '  Ctrl-C stops all of it.',
      '',
    ].join('\n'),
  );
}

try {
  await start();
} catch (error) {
  if (!(error instanceof DevError)) throw error;
  console.error(`\n${error.message}\n`);
  process.exit(1);
}
