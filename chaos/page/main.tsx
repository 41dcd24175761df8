import Uppy from '@uppy/core';
import Dashboard from '@uppy/dashboard';
import { BucketDrop, type BucketDropHandle } from 'bucketdrop';
import type { BucketDropElement } from 'bucketdrop/element';
import { DirectUpload } from 'bucketdrop/uppy';
import { createRoot } from 'react-dom/client';
import '@uppy/core/css/style.min.css';
import '@uppy/dashboard/css/style.min.css';
import 'bucketdrop/style.css';
import type { ListedFile } from './PageWindow.ts';

/** Short, so that two hundred runs take minutes: what a person would have to wait for is not what is tested. */
const tuning = { retry: { attempts: 12, minDelayMs: 100, maxDelayMs: 1_500 }, stallTimeoutMs: 2_000 };
const endpoint = '/api/uploads';
/** The file that pages without a bundler use, as it was built. */
const SCRIPT_TAG = '/dist/bucketdrop.min.js';

const query = new URLSearchParams(location.search);
const autoUpload = query.has('auto-upload');
const keepsCopies = query.has('keep-copies');
const place = document.getElementById('files') as HTMLElement;
const tell = (name: string | undefined, key: string) => window.tellStored?.(name ?? '', key);

/** Each mounts one face and gives a way to its Uppy. */
const faces: Record<string, () => () => BucketDropHandle['uppy']> = {
  react: () => {
    let handle: BucketDropHandle | null = null;
    createRoot(place).render(
      <BucketDrop
        ref={(one) => {
          handle = one;
        }}
        endpoint={endpoint}
        autoUpload={autoUpload}
        keepSmallFiles={keepsCopies}
        {...tuning}
        onUploaded={(file, object) => tell(file.name, object.key)}
      />,
    );
    return () => handle?.uppy;
  },
  element: () => {
    const script = document.createElement('script');
    script.type = 'module';
    script.src = SCRIPT_TAG;
    const element = document.createElement('bucket-drop') as BucketDropElement;
    element.setAttribute('endpoint', endpoint);
    if (autoUpload) element.setAttribute('auto-upload', '');
    if (keepsCopies) element.setAttribute('keep-small-files', '');
    element.addEventListener('bucketdrop-uploaded', (event) => {
      const { file, object } = (event as CustomEvent<{ file: { name: string }; object: { key: string } }>)
        .detail;
      tell(file.name, object.key);
    });
    place.append(element);
    script.onload = () => element.uppy?.getPlugin('DirectUpload')?.setOptions(tuning);
    document.head.append(script);
    return () => element.uppy;
  },
  uppy: () => {
    const uppy = new Uppy({ autoProceed: autoUpload })
      .use(Dashboard, { inline: true, target: place })
      .use(DirectUpload, { endpoint, ...tuning });
    uppy.on('upload-success', (file, { body }) => tell(file?.name, String(body?.key)));
    return () => uppy as unknown as BucketDropHandle['uppy'];
  },
};

const uppyOf = faces[query.get('face') ?? 'react']?.();

window.listFiles = () =>
  uppyOf?.()
    ?.getFiles()
    .map(
      ({ name, error, isPaused, progress }): ListedFile => ({
        name,
        state: progress.uploadComplete
          ? 'stored'
          : error
            ? 'failed'
            : !progress.uploadStarted
              ? 'waiting'
              : isPaused
                ? 'paused'
                : 'on-its-way',
        ...(error && { error }),
      }),
    );

window.discardUnfinished = async () => {
  const plugin = uppyOf?.()?.getPlugin('DirectUpload');
  const left = (await plugin?.unfinished()) ?? [];
  for (const { id } of left) await plugin?.discard(id);
  return left.length;
};

window.removeFile = (name) => {
  const uppy = uppyOf?.();
  for (const file of uppy?.getFiles() ?? []) if (file.name === name) uppy?.removeFile(file.id);
};
