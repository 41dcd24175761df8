import { ConfigAnswer } from '../protocol/messages.ts';
import { examineClock, signedAt, skewOf } from './clock.ts';
import { EndpointProbe, readAnswer } from './EndpointProbe.ts';
import { Examination } from './Examination.ts';
import { examineParts } from './examineParts.ts';
import { findEndpointCorsFault } from './findEndpointCorsFault.ts';
import { guard } from './guard.ts';
import type { Report } from './Report.ts';
import { TestUpload } from './TestUpload.ts';
import { checksumOfTest } from './testChecksum.ts';
import { fittingFile } from './testFile.ts';

export interface EndpointToExamine {
  /** Where the endpoint is mounted: `https://my.site/api/uploads`. */
  endpoint: string;
  /** Of the page that shall upload. Default: the endpoint's own. */
  origin?: string | undefined;
  /** Sent to the endpoint as the page does. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** The kind of upload to try, where the endpoint names kinds. */
  kind?: string | undefined;
}

/**
 * Does with an endpoint what the widget does: asks for its rules, uploads a tiny file by each method that it signs, and
 * gives one up; each request with its preflight and with the page's origin. The files stay if the endpoint gives no
 * delete links, and the site's own `onUploaded` hears of them.
 */
export async function examineEndpoint({
  endpoint,
  origin,
  headers = {},
  kind,
}: EndpointToExamine): Promise<Report> {
  const examination = new Examination();
  const probe = new EndpointProbe(endpoint, origin, headers, kind);
  const config = await guard(examination, 'Endpoint', () => examineConfig(examination, probe));
  if (config === undefined) return examination.report();
  const file = fittingFile(config.restrictions);
  if (file === undefined) {
    examination.skip('Uploads', 'this endpoint takes only files that are too large for a test');
    return examination.report();
  }
  const test = new TestUpload(examination, probe, file);
  const rounds = [
    ['A file in one request', () => examineSingle(test, config)],
    ['A file in parts', () => examineParts(test, config)],
  ] as const;
  for (const [title, round] of rounds) if ((await guard(examination, title, round)) !== true) break;
  return examination.report();
}

async function examineConfig(examination: Examination, probe: EndpointProbe): Promise<ConfigAnswer> {
  const answer = await probe.send('config');
  if (!probe.isCrossOrigin) {
    const config = readAnswer(answer, ConfigAnswer);
    examination.pass('Endpoint', `${probe.url.host} answers`);
    examination.skip(FROM_PAGE, 'page and endpoint are of one origin, so CORS is not asked');
    return config;
  }
  const fault = await findEndpointCorsFault(probe, answer);
  if (fault !== undefined) probe.beNoPage();
  const config = fault === undefined ? readAnswer(answer, ConfigAnswer) : undefined;
  examination.pass('Endpoint', `${probe.url.host} answers`);
  examination.conclude(FROM_PAGE, fault, `pages of ${probe.origin} may ask`);
  return config ?? (await probe.call('config', ConfigAnswer));
}

const FROM_PAGE = 'Endpoint, from the page';

/** Gives whether it makes sense to go on. */
async function examineSingle(test: TestUpload, config: ConfigAnswer): Promise<boolean> {
  const { bytes } = test.file;
  if (bytes.byteLength > config.singleRequest.maxSizeBytes) return true;
  const algorithm = config.checksums?.singleRequest ?? null;
  const { upload, signed } = await test.announce(
    algorithm === null ? {} : { checksum: checksumOfTest(algorithm, bytes) },
  );
  const title = signed.method === 'POST' ? 'POST form with a file' : 'PUT of a file';
  const { answer, hopeless } = await test.send(title, signed);
  const at = signedAt(signed);
  if (answer && at !== undefined)
    examineClock(test.examination, "the endpoint's clock", skewOf(at, answer.headers));
  if (answer) await test.complete('Completing a file in one request', { ticket: upload.ticket });
  return !hopeless;
}
