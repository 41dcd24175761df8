/** A message in the page, read out when it comes, with a button to try again. Empty and hidden most of the time. */
export class Notice {
  readonly element = document.createElement('div');

  constructor() {
    this.element.className = 'bucketdrop-notice';
    this.element.setAttribute('role', 'alert');
    this.element.hidden = true;
  }

  /** @param lines what happened, then what to do */
  show(lines: string[], button: { label: string; onClick: () => void }): void {
    this.element.replaceChildren(createLines(lines), createButton(button.label, button.onClick));
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }
}

export function createLines(lines: string[]): HTMLDivElement {
  const text = document.createElement('div');
  text.className = 'bucketdrop-notice-text';
  for (const [index, line] of lines.filter(Boolean).entries()) {
    const element = document.createElement(index === 0 ? 'strong' : 'span');
    element.textContent = line;
    text.append(element);
  }
  return text;
}

export function createButton(label: string, onClick: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'bucketdrop-button';
  button.textContent = label;
  button.addEventListener('click', onClick);
  return button;
}
