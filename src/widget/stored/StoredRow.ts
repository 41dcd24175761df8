import type { ConfigAnswer } from '../../protocol/messages.ts';
import { formatBytes } from '../formatBytes.ts';
import { createButton } from '../Notice.ts';
import { copyText } from './copyText.ts';
import type { StoredFile, StoredFiles } from './StoredFiles.ts';
import { StoredLinkLine } from './StoredLinkLine.ts';
import { StoredThumbnail } from './StoredThumbnail.ts';
import type { SayStored } from './storedStrings.ts';

export interface RowContext {
  readonly list: StoredFiles;
  readonly say: SayStored;
  readonly language: string;
  /** What the endpoint gives links for. */
  readonly allowed: ConfigAnswer['links'];
  readonly disabled: boolean;
  /** Read out by screen readers. */
  announce(text: string): void;
  /** Why something did not work, in the person's language. */
  explain(error: unknown): string;
  /** Opens a link that the browser saves as a file. */
  download(url: string): void;
  /** The object is gone from the bucket. */
  deleted(row: StoredRow): void;
}

/** One stored file, and what can be done with it. */
export class StoredRow {
  readonly element = document.createElement('li');
  readonly file: StoredFile;
  readonly #context: () => RowContext;
  readonly #thumbnail: StoredThumbnail;
  readonly #link: StoredLinkLine;
  readonly #size = document.createElement('span');
  readonly #problem = document.createElement('div');
  readonly #actions = document.createElement('div');
  #hasExpired = false;

  constructor(file: StoredFile, context: () => RowContext) {
    this.file = file;
    this.#context = context;
    this.#thumbnail = new StoredThumbnail(file, context().list);
    this.#link = new StoredLinkLine(file.name, context().announce, () => {
      this.#hasExpired = true;
      this.#showActions();
    });
    const name = document.createElement('span');
    name.className = 'bucketdrop-stored-name';
    name.textContent = file.name;
    this.#size.className = 'bucketdrop-stored-size';
    this.#problem.className = 'bucketdrop-stored-problem';
    this.#problem.hidden = true;
    this.#actions.className = 'bucketdrop-stored-actions';
    const text = document.createElement('div');
    text.className = 'bucketdrop-stored-text';
    text.append(name, this.#size, this.#link.element, this.#problem);
    this.element.append(this.#thumbnail.element, text, this.#actions);
    this.render();
  }

  /** After the language, the endpoint's config or `disabled` has changed. */
  render(): void {
    const { language, allowed } = this.#context();
    this.#size.textContent = formatBytes(this.file.sizeBytes, language);
    if (allowed?.preview) this.#thumbnail.allowPreview();
    this.#showActions();
  }

  /** Moves the focus to the first thing that can be done. */
  focus(): void {
    this.#actions.querySelector('button')?.focus();
  }

  destroy(): void {
    this.#thumbnail.destroy();
    this.#link.clear();
    this.element.remove();
  }

  #showActions(focused?: 'copy' | 'delete'): void {
    const { say, allowed, disabled } = this.#context();
    const file = { file: this.file.name };
    const isAsking = this.#actions.getAttribute('role') === 'group';
    // A question is not taken away under the person's hand.
    if (isAsking && focused === undefined) return;
    const hadFocus = this.#actions.contains(document.activeElement);
    this.#actions.removeAttribute('role');
    this.#actions.removeAttribute('aria-label');
    const buttons: HTMLButtonElement[] = [];
    const add = (name: string, label: string, full: string, onClick: () => void) => {
      const button = createButton(label, onClick);
      button.setAttribute('aria-label', full);
      button.dataset.action = name;
      button.disabled = disabled;
      buttons.push(button);
    };
    if (allowed?.download) {
      add('download', say('storedDownload'), say('storedDownloadFile', file), () => void this.#download());
      const [copy, copyOf] = this.#hasExpired
        ? (['storedNewLink', 'storedNewLinkOf'] as const)
        : (['storedCopyLink', 'storedCopyLinkOf'] as const);
      add('copy', say(copy), say(copyOf, file), () => void this.#copy());
    }
    if (allowed?.delete)
      add('delete', say('storedDelete'), say('storedDeleteFile', file), () => this.#askToDelete());
    const before = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.action : '';
    this.#actions.replaceChildren(...buttons);
    if (focused || hadFocus)
      (buttons.find(({ dataset }) => dataset.action === (focused ?? before)) ?? buttons[0])?.focus();
  }

  async #download(): Promise<void> {
    await this.#try(async ({ list, download }) => {
      download((await list.links.get(this.file.receipt, 'download')).url);
    });
  }

  async #copy(): Promise<void> {
    await this.#try(async ({ list, say, language }) => {
      const link = list.links.get(this.file.receipt, 'download');
      const isCopied = await copyText(link.then(({ url }) => url));
      const { url, expiresAtMs } = await link;
      this.#hasExpired = false;
      this.#showActions();
      this.#link.show({ url, expiresAtMs, isCopied }, say, language);
    });
  }

  /** What is deleted is gone for good, so it takes a second word. */
  #askToDelete(): void {
    const { say } = this.#context();
    const question = document.createElement('span');
    question.textContent = say('storedConfirm');
    const keep = createButton(say('storedKeep'), () => this.#showActions('delete'));
    const sure = createButton(say('storedDelete'), () => void this.#delete());
    sure.classList.add('bucketdrop-button-danger');
    this.#actions.setAttribute('role', 'group');
    this.#actions.setAttribute('aria-label', say('storedConfirmFile', { file: this.file.name }));
    this.#actions.replaceChildren(question, sure, keep);
    this.#actions.onkeydown = (event) => {
      if (event.key === 'Escape' && question.isConnected) keep.click();
    };
    keep.focus();
  }

  async #delete(): Promise<void> {
    const { say, deleted } = this.#context();
    const wait = document.createElement('span');
    wait.tabIndex = -1;
    wait.textContent = say('storedDeleting');
    this.#actions.replaceChildren(wait);
    wait.focus();
    const isDone = await this.#try(async ({ list }) => {
      await list.links.delete(this.file.receipt);
      deleted(this);
    });
    if (!isDone) this.#showActions('delete');
  }

  /** Whatever goes wrong is said below the file's name. */
  async #try(work: (context: RowContext) => Promise<void>): Promise<boolean> {
    this.#problem.hidden = true;
    this.#problem.textContent = '';
    try {
      await work(this.#context());
      return true;
    } catch (error) {
      const { explain, announce } = this.#context();
      const problem = explain(error);
      this.#problem.textContent = problem;
      this.#problem.hidden = false;
      announce(problem);
      return false;
    }
  }
}
