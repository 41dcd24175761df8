#!/usr/bin/env node
import { isBucketDropError } from '../protocol/BucketDropError.ts';
import { describeReport } from './describeReport.ts';
import { examineBucket } from './examineBucket.ts';
import { examineEndpoint } from './examineEndpoint.ts';
import { HELP, readCommand, UsageError } from './readCommand.ts';

// it is for those who choose the SDK's version, and would come before everything that is said here
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const BROKEN = 1;
const MISUSED = 2;

async function run(): Promise<void> {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command.kind === 'help') {
    console.log(HELP);
    return;
  }
  const report =
    command.kind === 'endpoint'
      ? await examineEndpoint(command.patient)
      : await examineBucket(command.patient);
  console.log(command.json ? JSON.stringify(report, null, 2) : describeReport(report));
  if (!report.healthy) process.exitCode = BROKEN;
}

try {
  await run();
} catch (error) {
  if (!(error instanceof UsageError) && !isBucketDropError(error)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = MISUSED;
}
