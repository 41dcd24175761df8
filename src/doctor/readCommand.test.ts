import { describe, expect, it } from 'vitest';
import { describeReport } from './describeReport.ts';
import { Examination } from './Examination.ts';
import { readCommand, UsageError } from './readCommand.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 'SK', AWS_REGION: 'us-east-1' };

describe('the command line', () => {
  it('asks for an endpoint, with what the page sends', () => {
    const args = ['doctor', '--endpoint', 'https://my.site/api', '--origin', 'https://app.site', '--json'];
    expect(readCommand([...args, '--header', 'Authorization: Bearer a:b', '--kind', 'avatar'], {})).toEqual({
      kind: 'endpoint',
      json: true,
      patient: {
        endpoint: 'https://my.site/api',
        origin: 'https://app.site',
        headers: { Authorization: 'Bearer a:b' },
        kind: 'avatar',
      },
    });
  });

  it('asks for a bucket: what is said wins over the environment', () => {
    const args = [
      'doctor',
      '--bucket',
      'photos',
      '--region',
      'eu-north-1',
      '--path-style',
      '--profile',
      'ceph',
    ];
    const command = readCommand(args, { ...KEYS, BUCKETDROP_BUCKET: 'other' });
    expect(command).toMatchObject({
      kind: 'bucket',
      patient: {
        store: {
          bucket: 'photos',
          region: 'eu-north-1',
          forcePathStyle: true,
          profile: 'ceph',
          accessKeyId: 'AK',
        },
      },
    });
  });

  it.each([[[]], [['--help']], [['doctor', '-h']]])('%j asks for help', (args) => {
    expect(readCommand(args, {})).toEqual({ kind: 'help' });
  });

  it.each<[string[], RegExp]>([
    [['nurse'], /no command "nurse"/],
    [['doctor', '--endpoint', 'https://a/b', '--bucket', 'c'], /not both/],
    [['doctor', '--endpoint', 'my.site/api'], /--endpoint has to be a URL/],
    [['doctor', '--endpoint', 'https://a/b', '--origin', 'https://a/'], /--origin is written/],
    [['doctor', '--endpoint', 'https://a/b', '--header', 'nothing'], /--header is written/],
    [['doctor', '--bucket', 'c', '--profile', 'constructor'], /--profile has to be one of/],
    [['doctor', '--bucket', 'c', '--store-endpoint', 'minio:9000'], /--store-endpoint has to be a URL/],
    [['doctor', '--bucket', 'c', '--what'], /--what/],
  ])('%j is refused', (args, message) => {
    expect(() => readCommand(args, KEYS)).toThrow(UsageError);
    expect(() => readCommand(args, KEYS)).toThrow(message);
  });

  it('names the variable that is missing', () => {
    expect(() => readCommand(['doctor', '--bucket', 'c'], { ...KEYS, AWS_SECRET_ACCESS_KEY: '' })).toThrow(
      /AWS_SECRET_ACCESS_KEY/,
    );
  });
});

describe('the findings', () => {
  it('are told line by line, with what helps said once', () => {
    const examination = new Examination();
    const finding = {
      cause: 'no-cors',
      message: 'No rules.',
      fixes: [{ say: 'Add them:', paste: '{\n}' }],
    } as const;
    examination.pass('Store', 'answers');
    examination.fail('POST', finding);
    examination.fail('PUT', finding);
    examination.leaveBehind('a/b.txt');
    expect(describeReport(examination.report())).toBe(
      [
        '✓ Store: answers',
        '✗ POST: No rules.',
        '✗ PUT: No rules.',
        '',
        'What to do',
        '',
        'Add them:',
        '',
        '    {',
        '    }',
        '',
        'Left in the bucket, for you to delete:',
        '  a/b.txt',
        '',
        'Uploads do not work: no-cors.',
      ].join('\n'),
    );
  });
});
