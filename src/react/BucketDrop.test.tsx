// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, createRef, type ReactNode, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BucketDrop, type BucketDropHandle } from './BucketDrop.tsx';
import { useUploadConfig } from './useUploadConfig.ts';

const CONFIG = {
  protocol: 1,
  restrictions: { minFileSizeBytes: null, maxFileSizeBytes: 100, maxFileCount: 2, allowedTypes: null },
  singleRequest: { method: 'post', maxSizeBytes: 1_000 },
  multipart: {
    minPartSizeBytes: 5_242_880,
    maxPartSizeBytes: 5_242_880,
    maxPartCount: 10,
    preferredPartSizeBytes: null,
  },
};
const text = (name: string, bytes = 10) => new File(['x'.repeat(bytes)], name, { type: 'text/plain' });
function Limit({ endpoint }: { endpoint: string }) {
  const { data } = useUploadConfig({ endpoint });
  return <p>{data?.restrictions.maxFileCount} files</p>;
}
let endpoints = 0;
/** Of its own for each test, since what an endpoint answered is kept. */
const newEndpoint = () => `http://site.test/${endpoints++}`;

describe('<BucketDrop>', () => {
  const answer = vi.fn<(url: string, init?: RequestInit) => Promise<Response>>();
  let root: Root;

  beforeEach(() => {
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
    answer.mockReset().mockImplementation(async () => new Response(JSON.stringify(CONFIG)));
    vi.stubGlobal('fetch', answer);
    // Core logs every failure.
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const place = document.createElement('div');
    document.body.append(place);
    root = createRoot(place);
  });
  afterEach(async () => {
    await act(async () => root.unmount());
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  const wait = () => act(async () => new Promise((resolve) => setTimeout(resolve, 50)));
  const show = async (element: ReactNode) => {
    await act(async () => root.render(<StrictMode>{element}</StrictMode>));
    await wait();
  };

  it('is there once under StrictMode, with the endpoint’s limits, and gone when it is unmounted', async () => {
    const ref = createRef<BucketDropHandle>();
    await show(<BucketDrop endpoint={newEndpoint()} ref={ref} className="mine" />);
    expect(document.querySelectorAll('.bucketdrop')).toHaveLength(1);
    expect(document.querySelectorAll('.mine > .bucketdrop')).toHaveLength(1);
    expect(ref.current?.uppy?.opts.restrictions).toMatchObject({ maxFileSize: 100, maxNumberOfFiles: 2 });
    expect(answer).toHaveBeenCalledTimes(1);
    await show(null);
    expect(document.querySelector('.bucketdrop')).toBeNull();
    expect(ref.current).toBeNull();
  });

  it('takes changed props at once, keeps the files, and puts a prop that is gone back to its default', async () => {
    const [endpoint, ref] = [newEndpoint(), createRef<BucketDropHandle>()];
    await show(<BucketDrop endpoint={endpoint} ref={ref} theme="dark" restrictions={{ maxFileCount: 1 }} />);
    const before = ref.current?.uppy;
    act(() => ref.current?.addFiles([text('kept.txt')]));
    expect(before?.opts.restrictions.maxNumberOfFiles).toBe(1);
    await show(<BucketDrop endpoint={endpoint} ref={ref} theme="light" note="New" />);
    expect(ref.current?.uppy).toBe(before);
    expect(before?.getFiles().map(({ name }) => name)).toEqual(['kept.txt']);
    expect(before?.opts.restrictions.maxNumberOfFiles).toBe(2);
    expect(document.querySelector<HTMLElement>('.bucketdrop')?.dataset.bucketdropTheme).toBe('light');
  });

  it('hands a pace to what carries the bytes, and takes it back', async () => {
    const [endpoint, ref] = [newEndpoint(), createRef<BucketDropHandle>()];
    const pace = () => {
      const { maxBytesPerSecond, polite } = ref.current?.uppy?.getPlugin('DirectUpload')?.opts ?? {};
      return { maxBytesPerSecond, polite };
    };
    await show(<BucketDrop endpoint={endpoint} ref={ref} maxBytesPerSecond={5e6} />);
    expect(pace()).toEqual({ maxBytesPerSecond: 5e6, polite: undefined });
    await show(<BucketDrop endpoint={endpoint} ref={ref} polite />);
    expect(pace()).toEqual({ maxBytesPerSecond: undefined, polite: true });
    await show(<BucketDrop endpoint={endpoint} ref={ref} />);
    expect(pace()).toEqual({ maxBytesPerSecond: undefined, polite: undefined });
  });

  it('asks for the limits of its kind, and anew when that changes', async () => {
    const [endpoint, ref] = [newEndpoint(), createRef<BucketDropHandle>()];
    answer.mockImplementation(async (url) => {
      const maxFileCount = new URL(url).searchParams.get('kind') === 'avatar' ? 1 : 7;
      const restrictions = { ...CONFIG.restrictions, maxFileCount };
      return new Response(JSON.stringify({ ...CONFIG, restrictions }));
    });
    const most = () => ref.current?.uppy?.opts.restrictions.maxNumberOfFiles;
    await show(<BucketDrop endpoint={endpoint} ref={ref} kind="avatar" />);
    expect(most()).toBe(1);
    await show(<BucketDrop endpoint={endpoint} ref={ref} kind="video" />);
    expect(most()).toBe(7);
    await show(<BucketDrop endpoint={endpoint} ref={ref} kind="avatar" />);
    expect(most()).toBe(1);
    expect(answer.mock.calls.map(([url]) => new URL(url).search)).toEqual(['?kind=avatar', '?kind=video']);
  });

  it('calls the latest callbacks', async () => {
    const [endpoint, ref] = [newEndpoint(), createRef<BucketDropHandle>()];
    const [first, second] = [vi.fn(), vi.fn()];
    await show(<BucketDrop endpoint={endpoint} ref={ref} onError={first} />);
    await show(<BucketDrop endpoint={endpoint} ref={ref} onError={second} />);
    act(() => ref.current?.addFiles([text('large.txt', 101)]));
    expect(first).not.toHaveBeenCalled();
    expect(second.mock.calls.map(([error, file]) => [error.code, file?.name])).toEqual([
      ['refused-at-drop', 'large.txt'],
    ]);
  });

  it('sends the headers of the latest render', async () => {
    const [endpoint, ref] = [newEndpoint(), createRef<BucketDropHandle>()];
    await show(<BucketDrop endpoint={endpoint} ref={ref} headers={{ authorization: 'old' }} />);
    await show(<BucketDrop endpoint={endpoint} ref={ref} headers={{ authorization: 'new' }} />);
    const asked = answer.mock.calls.map(([, init]) => new Headers(init?.headers).get('authorization'));
    expect(asked).toEqual(['old', 'new']);
    act(() => ref.current?.addFiles([text('a.txt')]));
    answer.mockImplementation(
      async () => new Response('{"error":{"code":"forbidden","message":"no"}}', { status: 403 }),
    );
    await act(async () => ref.current?.upload());
    const [url, init] = answer.mock.lastCall ?? [];
    expect(url).toMatch(/\/uploads$/);
    expect(new Headers(init?.headers).get('authorization')).toBe('new');
  });

  it('says in the page that the endpoint cannot be used, and asks again', async () => {
    answer.mockImplementation(async () => new Response('<h1>Hello</h1>'));
    await show(<BucketDrop endpoint={newEndpoint()} />);
    const notice = document.querySelector<HTMLElement>('.bucketdrop-notice');
    expect(notice?.textContent).toMatch(/not an upload service/);
    answer.mockImplementation(async () => new Response(JSON.stringify(CONFIG)));
    notice?.querySelector('button')?.click();
    await wait();
    expect(notice?.hidden).toBe(true);
  });

  it('shares the app’s QueryClient and its cache', async () => {
    const [endpoint, client] = [newEndpoint(), new QueryClient()];
    await show(
      <QueryClientProvider client={client}>
        <Limit endpoint={endpoint} />
        <BucketDrop endpoint={endpoint} />
      </QueryClientProvider>,
    );
    expect(document.querySelector('p')?.textContent).toBe('2 files');
    expect(answer).toHaveBeenCalledTimes(1);
    expect(client.getQueryCache().getAll()).toHaveLength(1);
    expect(JSON.stringify(client.getQueryCache().getAll()[0]?.queryKey)).toContain(endpoint);
  });
});
