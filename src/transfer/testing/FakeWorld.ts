// biome-ignore-all lint/suspicious/noExplicitAny: what the tests send is looked at as it comes
import { vi } from 'vitest';
import { MIB } from '../../protocol/limits.ts';
import type { ConfigAnswer } from '../../protocol/messages.ts';

/** What a request to the bucket gets, decided by the test. */
export interface FakeAnswer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
  /** Answered only when the test says so, by `world.letGo()`. */
  held?: boolean;
  /** Not a byte gets there. */
  unreached?: boolean;
}
export interface SeenRequest {
  method: string;
  url: string;
  sizeBytes: number;
  hasProgress: boolean;
}

export const FAKE_CONFIG: ConfigAnswer = {
  protocol: 1,
  restrictions: { minFileSizeBytes: null, maxFileSizeBytes: null, maxFileCount: null, allowedTypes: null },
  singleRequest: { method: 'post', maxSizeBytes: 100 },
  multipart: {
    minPartSizeBytes: 10,
    maxPartSizeBytes: MIB,
    maxPartCount: 10_000,
    preferredPartSizeBytes: 10,
  },
};

/**
 * An endpoint and a bucket in memory, in place of `fetch` and `XMLHttpRequest`: for what a real server cannot be
 * made to do on a given request, and for counting.
 */
export class FakeWorld {
  readonly calls: { call: string; body: any; headers: Record<string, string> }[] = [];
  readonly requests: SeenRequest[] = [];
  /** Of the calls whose address names one. */
  readonly kinds: string[] = [];
  inFlight = 0;
  peak = 0;
  expiresInSeconds = 900;
  config = FAKE_CONFIG;
  /** What is signed for in turn. */
  hosts = ['https://bucket.example'];
  /** The answer to a bucket request; default: stored. */
  answer: (request: SeenRequest, nth: number) => FakeAnswer | undefined = () => undefined;
  /** The answer of the endpoint to a call; default: as the protocol has it. */
  endpoint: (call: string, body: any, nth: number) => { status: number; body: unknown } | Error | undefined =
    () => undefined;
  readonly #held: (() => void)[] = [];
  #signatures = 0;

  install(): void {
    vi.stubGlobal('location', new URL('https://page.example/here'));
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => this.#fetch(String(url), init));
    const world = this;
    vi.stubGlobal(
      'XMLHttpRequest',
      class FakeXhr {
        upload: { onprogress?: (event: unknown) => void; onload?: () => void } = {};
        onload?: () => void;
        onerror?: () => void;
        onabort?: () => void;
        status = 0;
        responseText = '';
        #headers: Record<string, string> = {};
        #done = false;
        #method = '';
        #url = '';
        open(method: string, url: string) {
          this.#method = method;
          this.#url = url;
        }
        setRequestHeader() {}
        getResponseHeader(name: string) {
          return this.#headers[name] ?? null;
        }
        abort() {
          if (this.#done) return;
          this.#end();
          this.onabort?.();
        }
        #end() {
          this.#done = true;
          world.inFlight--;
        }
        send(body: Blob | FormData) {
          const file = body instanceof FormData ? (body.get('file') as Blob) : body;
          const seen: SeenRequest = {
            method: this.#method,
            url: this.#url,
            sizeBytes: file.size,
            hasProgress: this.upload.onprogress !== undefined,
          };
          world.requests.push(seen);
          world.peak = Math.max(world.peak, ++world.inFlight);
          const answer = world.answer(seen, world.requests.length) ?? {
            status: this.#method === 'POST' ? 201 : 200,
            headers: { etag: '"e"' },
          };
          const finish = () => {
            if (this.#done) return;
            this.#end();
            this.status = answer.status;
            this.responseText = answer.body ?? '';
            this.#headers = answer.headers ?? {};
            if (!answer.unreached) {
              this.upload.onprogress?.({ loaded: file.size, total: file.size });
              this.upload.onload?.();
            }
            if (answer.status === 0) this.onerror?.();
            else this.onload?.();
          };
          if (answer.held) world.#held.push(finish);
          else setTimeout(finish);
        }
      },
    );
  }

  letGo(): void {
    for (const finish of this.#held.splice(0)) finish();
  }

  count(call: string): number {
    return this.calls.filter((one) => one.call === call).length;
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    if (init.mode === 'no-cors') throw new TypeError('Failed to fetch');
    const { pathname, searchParams } = new URL(url);
    const call = pathname.split('/').at(-1) as string;
    const kind = searchParams.get('kind');
    if (kind !== null) this.kinds.push(kind);
    const body = init.body ? JSON.parse(String(init.body)) : undefined;
    this.calls.push({ call, body, headers: init.headers as Record<string, string> });
    await new Promise((resolve) => setTimeout(resolve));
    const own = this.endpoint(call, body, this.count(call));
    if (own instanceof Error) throw own;
    const answer = own ?? { status: 200, body: this.#answerOf(call, body) };
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    return new Response(text, { status: answer.status });
  }

  #answerOf(call: string, body: any): unknown {
    const { expiresInSeconds } = this;
    switch (call) {
      case 'config':
        return this.config;
      case 'uploads':
        return {
          uploads: body.files.map((file: any) => {
            const common = {
              ok: true,
              id: file.id,
              ticket: `t-${file.name}-${file.sizeBytes}`,
              key: `k/${file.name}`,
            };
            if (!file.partSizeBytes) return { ...common, ...this.#form(body.avoid) };
            const first = file.firstParts ?? 0;
            const parts = Array.from({ length: first }, (_, i) => this.#part(file.name, i + 1, body.avoid));
            return {
              ...common,
              method: 'multipart',
              partSizeBytes: file.partSizeBytes,
              parts,
              expiresInSeconds,
            };
          }),
        };
      case 'parts':
        return {
          uploads: body.uploads.map((one: any) => ({
            ok: true,
            signed:
              one.parts.length === 0
                ? this.#form(body.avoid)
                : {
                    method: 'multipart',
                    expiresInSeconds,
                    parts: one.parts.map(({ partNumber, checksum }: any) => ({
                      ...this.#part(one.ticket, partNumber, body.avoid),
                      headers: checksum ? { 'x-amz-checksum': checksum } : {},
                    })),
                  },
          })),
        };
      case 'complete':
        return {
          uploads: body.uploads.map((one: any) => ({
            ok: true,
            object: {
              key: one.ticket,
              sizeBytes: Number(one.ticket.split('-').at(-1)),
              etag: 'e',
              type: 'x/y',
              receipt: 'r',
            },
          })),
        };
      case 'uploaded-parts':
        return { parts: [] };
      default:
        return { uploads: body.uploads.map(() => ({ ok: true })) };
    }
  }

  #form(avoid?: string[]) {
    const url = `${this.#host(++this.#signatures, avoid)}/?s=${this.#signatures}`;
    return { method: 'post', url, fields: { key: 'k' }, expiresInSeconds: this.expiresInSeconds };
  }

  #part(name: string, partNumber: number, avoid?: string[]) {
    const url = `${this.#host(partNumber, avoid)}/${name}?partNumber=${partNumber}&s=${++this.#signatures}`;
    return { partNumber, url, headers: {} };
  }

  #host(turn: number, avoid: string[] = []): string {
    const hosts = this.hosts.filter((host) => !avoid.includes(host));
    return hosts[turn % hosts.length] as string;
  }
}
