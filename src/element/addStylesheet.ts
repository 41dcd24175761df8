const FILE_NAME = 'style.css';

/**
 * Adds the style that lies beside the script, unless the page has linked it already. A link, not a style element: a
 * strict Content-Security-Policy lets it pass.
 *
 * @param scriptUrl where the script was loaded from
 */
export function addStylesheet(scriptUrl: string): void {
  const href = new URL(FILE_NAME, scriptUrl).href;
  const links = document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"]');
  if ([...links].some((link) => link.href === href)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  // First, so that the page's own style has the last word.
  document.head.prepend(link);
}
