import { previewTypeOf } from '../../protocol/previewTypes.ts';
import type { StoredFile, StoredFiles } from './StoredFiles.ts';

/**
 * A small picture of an image: from the file itself while the page has it, else from the bucket, by a link that is asked
 * for when the picture comes into view. Of other files, their ending.
 */
export class StoredThumbnail {
  readonly element = document.createElement('div');
  readonly #file: StoredFile;
  readonly #list: StoredFiles;
  #objectUrl: string | undefined;
  #observer: IntersectionObserver | undefined;

  constructor(file: StoredFile, list: StoredFiles) {
    this.#file = file;
    this.#list = list;
    this.element.className = 'bucketdrop-stored-thumbnail';
    this.element.setAttribute('aria-hidden', 'true');
    this.#showEnding();
    if (file.local) {
      this.#objectUrl = URL.createObjectURL(file.local);
      this.#showImage(this.#objectUrl);
    }
  }

  /** The endpoint gives previews. */
  allowPreview(): void {
    const isImage = previewTypeOf(this.#file.type)?.startsWith('image/');
    if (!isImage || this.#file.local || this.#observer) return;
    this.#observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#observer?.disconnect();
      void this.#fetch();
    });
    this.#observer.observe(this.element);
  }

  destroy(): void {
    this.#observer?.disconnect();
    if (this.#objectUrl) URL.revokeObjectURL(this.#objectUrl);
  }

  async #fetch(): Promise<void> {
    try {
      this.#showImage((await this.#list.links.get(this.#file.receipt, 'preview')).url);
    } catch {
      // The ending tells enough; what is wrong is said when somebody asks for the file.
    }
  }

  #showImage(url: string): void {
    const image = document.createElement('img');
    image.alt = '';
    image.decoding = 'async';
    image.referrerPolicy = 'no-referrer';
    image.addEventListener('error', () => this.#showEnding());
    image.src = url;
    this.element.replaceChildren(image);
  }

  #showEnding(): void {
    const [, ending = ''] = /\.([a-z0-9]{1,4})$/i.exec(this.#file.name) ?? [];
    this.element.textContent = ending.toUpperCase();
  }
}
