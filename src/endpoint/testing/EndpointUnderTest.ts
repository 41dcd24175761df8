// biome-ignore-all lint/suspicious/noExplicitAny: what the endpoint answers is looked at as it comes
import { createUploadEndpoint, type UploadEndpoint } from '../createUploadEndpoint.ts';
import type {
  EndpointUser,
  LogEntry,
  StoreOptions,
  UploadEndpointOptions,
} from '../UploadEndpointOptions.ts';

export const TEST_SECRET = 'a secret for tests only, long enough';

/** Nobody listens there: for tests in which the store must not be asked. */
export const NO_STORE: StoreOptions = {
  bucket: 'bucket',
  region: 'eu-central-1',
  endpoint: 'http://127.0.0.1:9',
  accessKeyId: 'AKIDTEST',
  secretAccessKey: 'the-secret-access-key-of-the-tests',
  profile: 'local',
};

const NO_LIMITS = {
  maxFileSizeBytes: null,
  maxFileCount: null,
  contentDisposition: null,
  urlExpiresInSeconds: 900,
  ticketExpiresInSeconds: undefined,
};

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: any;
}

type Options = Partial<UploadEndpointOptions<any>>;

/** An endpoint, called in memory, with all that it answered and logged. */
export class EndpointUnderTest {
  readonly endpoint: UploadEndpoint;
  readonly log: LogEntry[] = [];
  /** Everything that left the endpoint, as text. */
  readonly said: string[] = [];

  constructor(options: Options = {}) {
    // The low limits of an open endpoint have tests of their own.
    const who = 'authorize' in options ? {} : { anonymous: true };
    const uploads = 'authorize' in options ? options.uploads : { ...NO_LIMITS, ...options.uploads };
    this.endpoint = createUploadEndpoint<EndpointUser>({
      store: NO_STORE,
      secret: TEST_SECRET,
      log: (entry: LogEntry) => this.log.push(entry),
      ...who,
      ...options,
      uploads,
    } as UploadEndpointOptions);
  }

  async send(path: string, init: RequestInit = {}): Promise<Answer> {
    const request = new Request(`https://site.example/api/uploads/${path}`, {
      duplex: 'half',
      ...init,
    } as RequestInit);
    const response = await this.endpoint.handle(request);
    const text = await response.text();
    this.said.push(JSON.stringify([...response.headers]), text);
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof ReadableStream ? body : JSON.stringify(body),
    });
  }

  /** Announces one file and gives its entry of the answer. */
  async announce(file: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<any> {
    const { body } = await this.post('uploads', { files: [{ ...FILE, ...file }] }, headers);
    return body.uploads?.[0] ?? body;
  }
}

export const FILE = { id: 'one', name: 'photo.jpg', sizeBytes: 5, type: 'image/jpeg' };

/** True if something in a text would let its reader act on the bucket. */
export function holdsSignature(text: string): boolean {
  return /x-amz-signature|x-amz-credential|"policy"|"ticket"|"receipt"/i.test(text);
}
