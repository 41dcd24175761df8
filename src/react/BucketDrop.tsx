import { type CSSProperties, type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { createWidget } from '../widget/createWidget.ts';
import { StoredFiles } from '../widget/stored/StoredFiles.ts';
import type { Widget } from '../widget/Widget.ts';
import type { ConfigState, WidgetOptions } from '../widget/WidgetOptions.ts';
import { useUploadConfig } from './useUploadConfig.ts';

/** What a page can do with the widget by itself. */
export interface BucketDropHandle {
  /** The Uppy instance inside; `undefined` before the component is mounted. */
  readonly uppy: Widget['uppy'] | undefined;
  /** Puts files into the list as if they had been dropped. What the restrictions refuse is shown, not thrown. */
  addFiles(files: Iterable<File>): void;
  /** Sends all that is in the list. Resolves when all are stored or failed. */
  upload(): Promise<void>;
  pauseAll(): void;
  resumeAll(): void;
  /** Cancels all uploads and empties the list. */
  cancelAll(): void;
}

export interface BucketDropProps extends Omit<WidgetOptions, 'config'> {
  className?: string | undefined;
  style?: CSSProperties | undefined;
  id?: string | undefined;
  ref?: Ref<BucketDropHandle> | undefined;
}

/**
 * The upload widget. Changed props take effect at once and lose no file; callbacks are always the latest. The style
 * comes from `bucketdrop/style.css`.
 *
 * @example
 * import { BucketDrop } from 'bucketdrop';
 * import 'bucketdrop/style.css';
 *
 * <BucketDrop endpoint="/api/uploads" onUploaded={(file, object) => save(object.receipt)} />
 */
export function BucketDrop({ className, style, id, ref, ...options }: BucketDropProps) {
  const { endpoint, kind, headers, credentials, dialect } = options;
  const query = useUploadConfig({ endpoint, kind, headers, credentials, dialect });
  const place = useRef<HTMLDivElement>(null);
  const widget = useRef<Widget>(null);
  const config = toConfigState(query);
  const latest = useRef<WidgetOptions>(options);

  // Before the effects below, so that the widget never calls a callback of an earlier render.
  useEffect(() => {
    latest.current = options;
  });

  useEffect(() => {
    if (!place.current) return;
    const created = createWidget(place.current, {
      ...latest.current,
      ...liveFunctions(latest),
      config: { status: 'pending' },
    });
    widget.current = created;
    return () => {
      widget.current = null;
      created.destroy();
    };
  }, []);

  useEffect(() => {
    widget.current?.update({ ...CLEARED, ...options, ...liveFunctions(latest), config });
  });

  useImperativeHandle(ref, () => createHandle(widget), []);

  return <div ref={place} className={className} style={style} id={id} />;
}

type LiveRef = { current: WidgetOptions };

/** Functions that look up the prop of the latest render when they are called. */
function liveFunctions(latest: LiveRef): Partial<WidgetOptions> {
  return {
    headers: () => {
      const { headers } = latest.current;
      return (typeof headers === 'function' ? headers() : headers) ?? {};
    },
    metadata: (file) => {
      const { metadata } = latest.current;
      return (typeof metadata === 'function' ? metadata(file) : metadata) ?? {};
    },
    onUploaded: (file, object) => {
      // For `useUploadedFiles`, which may be mounted later.
      StoredFiles.of(latest.current.endpoint).add(file, object);
      latest.current.onUploaded?.(file, object);
    },
    onError: (error, file) => latest.current.onError?.(error, file),
    onComplete: (result) => latest.current.onComplete?.(result),
    onConfig: (config) => latest.current.onConfig?.(config),
  };
}

/** A prop that was there and is gone goes back to its default. */
const CLEARED: Partial<WidgetOptions> = {
  kind: undefined,
  credentials: undefined,
  dialect: undefined,
  maxConcurrentRequests: undefined,
  maxBytesPerSecond: undefined,
  polite: undefined,
  retry: undefined,
  stallTimeoutMs: undefined,
  restrictions: undefined,
  autoUpload: undefined,
  locale: undefined,
  theme: undefined,
  transfer: undefined,
  width: undefined,
  height: undefined,
  note: undefined,
  disabled: undefined,
  doneButton: undefined,
  removeUploaded: undefined,
  journal: undefined,
  storedFiles: undefined,
  keepSmallFiles: undefined,
  warnBeforeLeaving: undefined,
  keepAwake: undefined,
};

function toConfigState({ data, error, refetch }: ReturnType<typeof useUploadConfig>): ConfigState {
  if (data) return { status: 'ready', config: data };
  if (error) return { status: 'failed', error, retry: () => void refetch() };
  return { status: 'pending' };
}

function createHandle(widget: { readonly current: Widget | null }): BucketDropHandle {
  return {
    get uppy() {
      return widget.current?.uppy;
    },
    addFiles: (files) => widget.current?.addFiles(files),
    upload: async () => widget.current?.upload(),
    pauseAll: () => widget.current?.uppy.pauseAll(),
    resumeAll: () => widget.current?.uppy.resumeAll(),
    cancelAll: () => widget.current?.uppy.cancelAll(),
  };
}
