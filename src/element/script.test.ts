// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { addStylesheet } from './addStylesheet.ts';

describe('the element’s module', () => {
  it('registers nothing by itself, and once when asked', async () => {
    const { BucketDropElement, defineBucketDrop } = await import('./index.ts');
    expect(customElements.get('bucket-drop')).toBeUndefined();
    defineBucketDrop();
    defineBucketDrop();
    expect(customElements.get('bucket-drop')).toBe(BucketDropElement);
    defineBucketDrop('other-drop');
    expect(customElements.get('other-drop')?.prototype).toBeInstanceOf(BucketDropElement);
  });
});

describe('addStylesheet', () => {
  const links = () => [...document.head.querySelectorAll('link')].map(({ href }) => href);
  beforeEach(() => {
    const { happyDOM } = window as unknown as { happyDOM: { settings: Record<string, boolean> } };
    happyDOM.settings.handleDisabledFileLoadingAsSuccess = true;
    document.head.replaceChildren();
  });

  it('links the style beside the script, before the page’s own', () => {
    document.head.innerHTML = '<link rel="stylesheet" href="https://site.test/own.css">';
    addStylesheet('https://cdn.test/v1/bucketdrop.min.js');
    addStylesheet('https://cdn.test/v1/bucketdrop.min.js');
    expect(links()).toEqual(['https://cdn.test/v1/style.css', 'https://site.test/own.css']);
  });

  it('leaves a link alone that the page has already', () => {
    document.head.innerHTML = '<link rel="preload stylesheet" href="https://cdn.test/v1/style.css">';
    addStylesheet('https://cdn.test/v1/bucketdrop.min.js?x');
    expect(links()).toHaveLength(1);
  });
});
