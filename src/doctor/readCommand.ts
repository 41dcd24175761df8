import { parseArgs } from 'node:util';
import { fromEnv } from '../endpoint/fromEnv.ts';
import { isStoreProfileName, STORE_PROFILES } from '../endpoint/storeProfiles.ts';
import type { StoreOptions } from '../endpoint/UploadEndpointOptions.ts';
import { isBucketDropError } from '../protocol/BucketDropError.ts';
import type { BucketToExamine } from './examineBucket.ts';
import type { EndpointToExamine } from './examineEndpoint.ts';

export const HELP = `bucketdrop doctor --endpoint URL [--origin ORIGIN] [--header 'name: value'] [--kind KIND] [--json]
bucketdrop doctor --bucket NAME [--region REGION] [--store-endpoint URL] [--origin ORIGIN] [--json]

Does with an upload endpoint, or with a bucket, what a browser would do: preflights, a tiny upload by each method, a
file in parts from its beginning to its end, another one given up. Says what fails, why, and the rule to add.

  --endpoint URL        an upload endpoint: https://my.site/api/uploads
  --header 'name: …'    sent to the endpoint as your page does; can be repeated
  --kind KIND           of upload that is tried, where the endpoint names kinds
  --origin ORIGIN       of the page that shall upload: https://my.site (for an endpoint, default: its own)

  --bucket NAME         a bucket, with credentials (default: BUCKETDROP_BUCKET)
  --region REGION       default: AWS_REGION
  --store-endpoint URL  of a store other than AWS (default: AWS_ENDPOINT_URL_S3)
  --path-style          ask for the bucket by path (default: as the store's profile says)
  --profile NAME        ${Object.keys(STORE_PROFILES).join(', ')} (default: BUCKETDROP_STORE)
  --prefix PREFIX       before the keys of the test objects, where the key may not write elsewhere

  --json                the findings as JSON
  --help                this text

Credentials come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. Test objects of a bucket are
deleted again; those of an endpoint are if it gives delete links, and its onUploaded hook hears of them.

Exit code: 0 all is well, 1 something is broken, 2 the doctor was not called like this.
`;

export type Command =
  | { kind: 'help' }
  | { kind: 'endpoint'; json: boolean; patient: EndpointToExamine }
  | { kind: 'bucket'; json: boolean; patient: BucketToExamine };

/** Not called as the help says; the message says how so. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What the words on the command line and the environment ask for.
 *
 * @throws UsageError
 */
export function readCommand(args: readonly string[], env: Env): Command {
  const { values, positionals } = parse(args);
  if (values.help || args.length === 0) return { kind: 'help' };
  const [word, ...rest] = positionals;
  if (word !== 'doctor' || rest.length > 0)
    throw new UsageError(`There is no command "${positionals.join(' ')}", only "doctor".`);
  const { json, endpoint, origin } = values;
  if (origin !== undefined) requireOrigin(origin);
  if (endpoint !== undefined) {
    if (values.bucket !== undefined) throw new UsageError('Say --endpoint or --bucket, not both.');
    requireUrl('--endpoint', endpoint);
    const patient = { endpoint, origin, headers: readHeaders(values.header), kind: values.kind };
    return { kind: 'endpoint', json, patient };
  }
  return {
    kind: 'bucket',
    json,
    patient: { store: readStore(values, env), origin, prefix: values.prefix },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        endpoint: { type: 'string' },
        header: { type: 'string', multiple: true, default: [] },
        origin: { type: 'string' },
        kind: { type: 'string' },
        bucket: { type: 'string' },
        region: { type: 'string' },
        'store-endpoint': { type: 'string' },
        'path-style': { type: 'boolean' },
        profile: { type: 'string' },
        prefix: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readStore(values: ReturnType<typeof parse>['values'], env: Env): StoreOptions {
  const { bucket, region, profile } = values;
  if (profile !== undefined && !isStoreProfileName(profile))
    throw new UsageError(`--profile has to be one of ${Object.keys(STORE_PROFILES).join(', ')}.`);
  const address = values['store-endpoint'];
  if (address !== undefined) requireUrl('--store-endpoint', address);
  const given = {
    BUCKETDROP_BUCKET: bucket,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_S3: address,
    BUCKETDROP_STORE: profile,
    BUCKETDROP_FORCE_PATH_STYLE: values['path-style'] ? 'true' : undefined,
  };
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  try {
    return fromEnv({ ...env, ...Object.fromEntries(said) }, { anonymous: true, secret: '' }).store;
  } catch (error) {
    throw isBucketDropError(error) ? new UsageError(`${error.message}.`) : error;
  }
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line) ?? [];
      if (name === '') throw new UsageError("A --header is written 'name: value'.");
      return [name, value];
    }),
  );
}

function requireUrl(option: string, text: string): void {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return;
  throw new UsageError(`${option} has to be a URL such as https://my.site/api/uploads.`);
}

function requireOrigin(text: string): void {
  if (URL.canParse(text) && new URL(text).origin === text) return;
  throw new UsageError(
    `--origin is written as browsers do, without a path or a slash at its end: https://my.site`,
  );
}
