import { useEffect, useState } from 'react';
import { BucketDrop } from '../react/index.ts';
import { type DemoSettings, readSettings } from './readSettings.ts';
import { Settings } from './Settings.tsx';
import { StoredFiles } from './StoredFiles.tsx';

const ENDPOINT = '/api/uploads';

/** The demo page: the widget, what became of the files, and a few of the props to play with. */
export function App() {
  const [settings, setSettings] = useState<DemoSettings>(() => readSettings(location.search));
  const { theme } = settings;

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  return (
    <div className="page">
      <header className="top">
        <p className="brand">
          <img src="/icon.svg" alt="" width="32" height="32" />
          BucketDrop
        </p>
        <nav>
          <a href="/static.html">On a plain page</a>
        </nav>
      </header>
      <main>
        <h1>Straight from the browser into the bucket</h1>
        <p className="lead">
          Drop files below. Their bytes go directly to the S3-compatible store; this site’s server only signs.
        </p>
        <BucketDrop endpoint={ENDPOINT} {...settings} />
        <Settings settings={settings} onChange={setSettings} />
        <StoredFiles endpoint={ENDPOINT} />
      </main>
    </div>
  );
}
