import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';

it('can be imported and rendered where there is no browser', async () => {
  expect(globalThis.window).toBeUndefined();
  const { BucketDrop } = await import('./index.ts');
  const html = renderToString(<BucketDrop endpoint="/api/uploads" className="files" locale="de_DE" />);
  expect(html).toBe('<div class="files"></div>');
});

it('has no stored files there', async () => {
  const { useUploadedFiles } = await import('./index.ts');
  const Files = () => {
    const { files, can } = useUploadedFiles({ endpoint: '/api/uploads', keep: 'session' });
    return <p>{`${files.length} files, ${can.download}`}</p>;
  };
  expect(renderToString(<Files />)).toBe('<p>0 files, false</p>');
});
