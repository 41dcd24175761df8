import { gather } from '../transfer/gather.ts';
import { createWidget } from '../widget/createWidget.ts';
import { ENGLISH } from '../widget/loadLocale.ts';
import type { WidgetRestrictions } from '../widget/mergeRestrictions.ts';
import type { Widget } from '../widget/Widget.ts';
import type { WidgetFile, WidgetOptions } from '../widget/WidgetOptions.ts';
import type { BucketDropCompleteEvent } from './BucketDropCompleteEvent.ts';
import type { BucketDropErrorEvent } from './BucketDropErrorEvent.ts';
import type { BucketDropUploadedEvent } from './BucketDropUploadedEvent.ts';
import { OPTION_ATTRIBUTES, readOptions } from './elementOptions.ts';
import { REFLECTED_PROPERTIES, ReflectingElement } from './ReflectingElement.ts';

type ObjectOptions = Pick<WidgetOptions, 'headers' | 'metadata' | 'restrictions'>;

/**
 * `<bucket-drop endpoint="/api/uploads" name="files">`: the widget as a form control. In the form's data there is one
 * entry for each stored file: the endpoint's receipt, which the site's server verifies.
 *
 * Attributes: `endpoint`, `kind`, `name`, `required`, `disabled`, `auto-upload`, `locale`, `theme`, `transfer`, `width`,
 * `height`, `note`, `credentials`, `journal="off"`, `keep-small-files`, `warn-before-leaving="off"`, `stored-files`
 * (or `stored-files="session"`), `max-bytes-per-second`, `polite`. Properties: `headers`, `metadata`, `restrictions`, and each attribute. Events:
 * `bucketdrop-uploaded`, `bucketdrop-error`, `bucketdrop-complete`, and `change`. This class registers nothing; see
 * `defineBucketDrop`.
 */
export class BucketDropElement extends ReflectingElement {
  static readonly formAssociated = true;
  static readonly observedAttributes = [...OPTION_ATTRIBUTES, 'required', 'name'];

  readonly #internals = this.attachInternals();
  readonly #receipts = new Map<string, string>();
  readonly #objects: ObjectOptions = {};
  #widget: Widget | undefined;
  #formDisabled = false;

  constructor() {
    super();
    // First of all listeners: what Uppy's own inputs say is not the element's word.
    for (const type of ['input', 'change'])
      this.addEventListener(type, (event) => {
        if (event.target !== this) event.stopImmediatePropagation();
      });
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  get validity(): ValidityState {
    return this.#internals.validity;
  }

  get validationMessage(): string {
    return this.#internals.validationMessage;
  }

  get willValidate(): boolean {
    return this.#internals.willValidate;
  }

  checkValidity(): boolean {
    return this.#internals.checkValidity();
  }

  reportValidity(): boolean {
    return this.#internals.reportValidity();
  }

  /** The receipts of the stored files: what the form sends. */
  get value(): string[] {
    return [...this.#receipts.values()];
  }

  /** The Uppy instance inside, while the element is in a page. */
  get uppy(): Widget['uppy'] | undefined {
    return this.#widget?.uppy;
  }

  get headers(): WidgetOptions['headers'] {
    return this.#objects.headers;
  }
  set headers(headers: WidgetOptions['headers']) {
    this.#setObject({ headers });
  }

  get metadata(): WidgetOptions['metadata'] {
    return this.#objects.metadata;
  }
  set metadata(metadata: WidgetOptions['metadata']) {
    this.#setObject({ metadata });
  }

  get restrictions(): WidgetRestrictions | undefined {
    return this.#objects.restrictions;
  }
  set restrictions(restrictions: WidgetRestrictions | undefined) {
    this.#setObject({ restrictions });
  }

  /** Puts files into the list as if they had been dropped. */
  addFiles(files: Iterable<File>): void {
    this.#widget?.addFiles(files);
  }

  /** Sends all that is in the list. Resolves when all are stored or failed. */
  async upload(): Promise<void> {
    await this.#widget?.upload();
  }

  connectedCallback(): void {
    this.#upgradeProperties();
    // Moved within the page: everything is still there.
    if (this.#widget) return;
    if (!this.hasAttribute('tabindex')) this.tabIndex = -1;
    this.#widget = createWidget(this, { ...this.#options(), ...this.#callbacks() });
    this.#widget.uppy.on('state-update', (before, now) => {
      if (before.files !== now.files) this.#validate();
    });
    this.#widget.uppy.on('file-removed', (file) => this.#forget(file.id));
    this.#filesChanged();
  }

  /** A move takes the element out and puts it back at once; only what stays out is ended. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#widget?.destroy();
      this.#widget = undefined;
    });
  }

  /** `moveBefore` keeps all state, where there is this callback. */
  connectedMoveCallback(): void {}

  attributeChangedCallback(): void {
    this.#widget?.update(this.#options());
    this.#filesChanged();
  }

  formDisabledCallback(disabled: boolean): void {
    this.#formDisabled = disabled;
    this.#widget?.update({ disabled });
  }

  formResetCallback(): void {
    this.#widget?.uppy.cancelAll();
    this.#receipts.clear();
    this.#filesChanged();
  }

  /** Where the browser points with its message: the button that chooses files. */
  override focus(options?: FocusOptions): void {
    const button = this.#anchor();
    if (button === this) super.focus(options);
    else button.focus(options);
  }

  #options(): WidgetOptions {
    return {
      ...readOptions(this),
      ...this.#objects,
      disabled: this.#formDisabled || this.hasAttribute('disabled'),
      // The list shows what the form will send, so it stays, and what is taken off it is not sent.
      doneButton: false,
      removeUploaded: true,
    };
  }

  #callbacks(): Pick<WidgetOptions, 'onUploaded' | 'onError' | 'onComplete'> {
    return {
      onUploaded: (file, object) => {
        // Companion gives none; the key says where the file is, and proves nothing.
        this.#receipts.set(file.id, object.receipt || object.key);
        this.#emit<BucketDropUploadedEvent>('bucketdrop-uploaded', { file, object });
        this.#valueChanged();
      },
      onError: (error, file) => this.#emit<BucketDropErrorEvent>('bucketdrop-error', { error, file }),
      onComplete: (result) => this.#emit<BucketDropCompleteEvent>('bucketdrop-complete', result),
    };
  }

  #emit<Sent extends CustomEvent>(type: string, detail: Sent['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  #setObject(objects: ObjectOptions): void {
    Object.assign(this.#objects, objects);
    this.#widget?.update(objects);
  }

  #forget(fileId: string): void {
    if (this.#receipts.delete(fileId)) this.#valueChanged();
  }

  /** Thousands of files may be stored or removed at the same moment: the form has them by the time that it hears of it. */
  readonly #valueChanged = gather(() => {
    this.#filesChanged();
    this.dispatchEvent(new Event('change', { bubbles: true }));
  });

  #filesChanged(): void {
    const data = new FormData();
    const name = this.getAttribute('name');
    if (name) for (const receipt of this.#receipts.values()) data.append(name, receipt);
    this.#internals.setFormValue(data);
    this.#validate();
  }

  #validate(): void {
    const { say } = this.#widget?.locale ?? ENGLISH;
    const files: WidgetFile[] = this.#widget?.uppy.getFiles() ?? [];
    if (files.some((file) => !this.#receipts.has(file.id)))
      this.#internals.setValidity({ customError: true }, say('filesNotUploaded'), this.#anchor());
    else if (this.hasAttribute('required') && this.#receipts.size === 0)
      this.#internals.setValidity({ valueMissing: true }, say('fileRequired'), this.#anchor());
    else this.#internals.setValidity({});
  }

  #anchor(): HTMLElement {
    return this.querySelector<HTMLElement>('.uppy-Dashboard-browse, .uppy-StatusBar-actionBtn') ?? this;
  }

  /** A property that was set before the class was defined hides the class's own. */
  #upgradeProperties(): void {
    for (const name of ['headers', 'metadata', 'restrictions', ...REFLECTED_PROPERTIES]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bucket-drop': BucketDropElement;
  }
}
