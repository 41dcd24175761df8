/** Moves the focus to the button that chooses files, when the button that had it is gone. */
export function focusPicker(root: Element | null | undefined): void {
  root?.querySelector<HTMLElement>('.uppy-Dashboard-browse, .uppy-DashboardContent-addMore')?.focus();
}
