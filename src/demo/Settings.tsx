import { type DemoSettings, THEMES, TRANSFERS } from './readSettings.ts';

const LOCALES = { en_US: 'English', de_DE: 'Deutsch', fr_FR: 'Français', es_ES: 'Español', ar_SA: 'العربية' };
const THEME_NAMES = { auto: 'System', light: 'Light', dark: 'Dark' };
const TRANSFER_NAMES = { direct: 'BucketDrop’s engine', 'uppy-aws-s3': '@uppy/aws-s3' };

interface SettingsProps {
  settings: DemoSettings;
  onChange: (settings: DemoSettings) => void;
}

/** Props of the widget to change while it runs: files in the list stay. */
export function Settings({ settings, onChange }: SettingsProps) {
  const set = (changed: Partial<DemoSettings>) => onChange({ ...settings, ...changed });
  return (
    <section className="settings" aria-label="Settings of the widget">
      <label>
        Theme
        <select
          value={settings.theme}
          onChange={({ target }) => set({ theme: target.value as DemoSettings['theme'] })}
        >
          {THEMES.map((theme) => (
            <option key={theme} value={theme}>
              {THEME_NAMES[theme]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Language
        <select value={settings.locale} onChange={({ target }) => set({ locale: target.value })}>
          {Object.entries(LOCALES).map(([locale, name]) => (
            <option key={locale} value={locale}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Transfer
        <select
          value={settings.transfer}
          onChange={({ target }) => set({ transfer: target.value as DemoSettings['transfer'] })}
        >
          {TRANSFERS.map((transfer) => (
            <option key={transfer} value={transfer}>
              {TRANSFER_NAMES[transfer]}
            </option>
          ))}
        </select>
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={settings.autoUpload}
          onChange={({ target }) => set({ autoUpload: target.checked })}
        />
        Send as soon as dropped
      </label>
    </section>
  );
}
