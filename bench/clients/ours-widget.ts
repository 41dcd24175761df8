import { fetchConfig } from '../../src/transfer/fetchConfig.ts';
import { createWidget } from '../../src/widget/createWidget.ts';
import css from '../../src/widget/style.css?inline';
import { registerClient } from './BenchClient.ts';
import { uploadWith } from './uploadWith.ts';

/** All that a page shows: the Dashboard with its list, its progress and our panels around it. */
registerClient(async ({ api }) => {
  const style = new CSSStyleSheet();
  style.replaceSync(css);
  document.adoptedStyleSheets.push(style);
  const config = await fetchConfig({ endpoint: api });
  const place = document.body.appendChild(document.createElement('div'));
  const widget = createWidget(place, { endpoint: api, config: { status: 'ready', config } });
  await widget.ready;
  return (files) => uploadWith(widget.uppy, files);
}, true);
