// @vitest-environment happy-dom
import { act, type ReactNode, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoredFiles } from '../widget/stored/StoredFiles.ts';
import { type StoredFile, useFileLink, useThumbnail, useUploadedFiles } from './index.ts';

const CONFIG = {
  protocol: 1,
  restrictions: { minFileSizeBytes: null, maxFileSizeBytes: null, maxFileCount: null, allowedTypes: null },
  singleRequest: { method: 'post', maxSizeBytes: 1_000 },
  multipart: {
    minPartSizeBytes: 5_242_880,
    maxPartSizeBytes: 5_242_880,
    maxPartCount: 10,
    preferredPartSizeBytes: null,
  },
  links: { download: true, preview: true, delete: true },
};
let endpoints = 0;
const newEndpoint = () => `http://site.test/files/${endpoints++}`;

function Row({ file }: { file: StoredFile }) {
  const link = useFileLink(file);
  const thumbnail = useThumbnail(file);
  return (
    <li>
      {file.name} {link.status} {link.secondsLeft} {link.error?.code}{' '}
      {link.url && <a href={link.url}>{file.name}</a>}
      {thumbnail && <img src={thumbnail} alt="" />}
      <button type="button" onClick={() => link.copy()}>
        copy
      </button>
    </li>
  );
}

function Files({ endpoint }: { endpoint: string }) {
  const { files, can, remove, forget } = useUploadedFiles({ endpoint });
  return (
    <ul data-can={JSON.stringify(can)} data-failed={remove.error?.code}>
      {files.map((file) => (
        <div key={file.id}>
          <Row file={file} />
          <button type="button" className="remove" onClick={() => remove.mutate(file)} />
          <button type="button" className="forget" onClick={() => forget(file)} />
        </div>
      ))}
    </ul>
  );
}

describe('useUploadedFiles', () => {
  let root: Root;
  let expiresInSeconds = 900;
  const asked: string[] = [];
  const inBucket = new Set<string>();
  const copied: string[] = [];

  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
    expiresInSeconds = 900;
    for (const list of [asked, copied]) list.length = 0;
    inBucket.clear();
    vi.stubGlobal('ClipboardItem', undefined);
    vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => copied.push(text) } });
    vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
      if (url.endsWith('/config')) return new Response(JSON.stringify(CONFIG));
      if (init.method === 'DELETE') {
        inBucket.delete(new URL(url).pathname.slice(1));
        return new Response(null, { status: 204 });
      }
      const links = JSON.parse(String(init.body)).links.map(
        ({ receipt, action }: { receipt: string; action: string }) => {
          asked.push(`${action} ${receipt}`);
          if (!inBucket.has(receipt))
            return { ok: false, error: { code: 'object-missing', message: 'gone' } };
          const method = action === 'delete' ? 'DELETE' : 'GET';
          return {
            ok: true,
            method,
            url: `http://bucket.test/${receipt}?n=${asked.length}`,
            expiresInSeconds,
          };
        },
      );
      return new Response(JSON.stringify({ links }));
    });
    const place = document.createElement('div');
    document.body.append(place);
    root = createRoot(place);
  });
  afterEach(async () => {
    await act(async () => root.unmount());
    document.body.replaceChildren();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  const wait = (ms = 100) => act(() => vi.advanceTimersByTimeAsync(ms));
  const show = async (element: ReactNode) => {
    await act(async () => root.render(<StrictMode>{element}</StrictMode>));
    await wait();
  };
  const store = (endpoint: string, name: string, type = 'text/plain', data: unknown = undefined) => {
    inBucket.add(name);
    const object = { key: `key/${name}`, sizeBytes: 1, etag: 'e', type, receipt: name };
    act(() => StoredFiles.of(endpoint).add({ name, data }, object));
  };
  const text = () => document.querySelector('ul')?.textContent ?? '';
  const click = async (selector: string) => {
    await act(async () => document.querySelector<HTMLElement>(selector)?.click());
    await wait();
  };

  it('lists what was stored before and after it was mounted, and asks for no link', async () => {
    const endpoint = newEndpoint();
    store(endpoint, 'first.txt');
    await show(<Files endpoint={endpoint} />);
    store(endpoint, 'second.txt');
    expect(text()).toMatch(/second\.txt none.*first\.txt none/);
    expect(document.querySelector('ul')?.dataset.can).toBe(JSON.stringify(CONFIG.links));
    await show(null);
    await show(<Files endpoint={endpoint} />);
    expect(text()).toMatch(/second\.txt.*first\.txt/);
    await show(<Files endpoint={newEndpoint()} />);
    expect(text()).toBe('');
    expect(asked).toEqual([]);
  });

  it('copies a link, counts down, says that it ran out, and copies a new one', async () => {
    expiresInSeconds = 5;
    const endpoint = newEndpoint();
    store(endpoint, 'a.txt');
    await show(<Files endpoint={endpoint} />);
    await click('li button');
    expect(text()).toContain('a.txt valid 5');
    expect(copied).toEqual(['http://bucket.test/a.txt?n=1']);
    await wait(2_000);
    expect(text()).toContain('a.txt valid 3');
    await wait(3_000);
    expect(text()).toContain('a.txt expired 0');
    expect(document.querySelector('a')).toBeNull();
    await click('li button');
    expect(text()).toContain('a.txt valid 5');
    expect(copied[1]).toBe('http://bucket.test/a.txt?n=2');
    expect(asked).toEqual(['download a.txt', 'download a.txt']);
  });

  it('says why there is no link', async () => {
    const endpoint = newEndpoint();
    store(endpoint, 'a.txt');
    inBucket.clear();
    await show(<Files endpoint={endpoint} />);
    await click('li button');
    expect(text()).toContain('a.txt failed 0 object-missing');
    expect(copied).toEqual([]);
  });

  it('shows an image from the file itself, else by a link that is asked for once', async () => {
    const endpoint = newEndpoint();
    store(endpoint, 'local.png', 'image/png', new Blob(['x']));
    await show(<Files endpoint={endpoint} />);
    expect(document.querySelector('img')?.src).toMatch(/^blob:/);
    expect(asked).toEqual([]);
    store(endpoint, 'remote.png', 'image/png');
    store(endpoint, 'drawing.svg', 'image/svg+xml');
    await wait();
    expect([...document.querySelectorAll('img')].map(({ src }) => src.replace(/\?.*/, ''))).toEqual([
      'http://bucket.test/remote.png',
      expect.stringMatching(/^blob:/),
    ]);
    await show(null);
    await show(<Files endpoint={endpoint} />);
    expect(asked).toEqual(['preview remote.png']);
  });

  it('removes from the bucket and the list, or from the list alone', async () => {
    const endpoint = newEndpoint();
    store(endpoint, 'kept.txt');
    store(endpoint, 'deleted.txt');
    await show(<Files endpoint={endpoint} />);
    await click('.remove');
    expect([...inBucket]).toEqual(['kept.txt']);
    expect(text()).not.toContain('deleted.txt');
    await click('.forget');
    expect([...inBucket]).toEqual(['kept.txt']);
    expect(text()).toBe('');
  });
});
