import { english } from './strings.ts';
import { type LocalePack, WidgetLocale } from './WidgetLocale.ts';

type UppyPack = Promise<{ default: LocalePack }>;

/** Written out, so that every bundler sees the files and loads each only when it is asked for. */
const UPPY_PACKS = {
  ar_SA: (): UppyPack => import('@uppy/locales/lib/ar_SA.js'),
  bg_BG: (): UppyPack => import('@uppy/locales/lib/bg_BG.js'),
  ca_ES: (): UppyPack => import('@uppy/locales/lib/ca_ES.js'),
  cs_CZ: (): UppyPack => import('@uppy/locales/lib/cs_CZ.js'),
  da_DK: (): UppyPack => import('@uppy/locales/lib/da_DK.js'),
  de_DE: (): UppyPack => import('@uppy/locales/lib/de_DE.js'),
  el_GR: (): UppyPack => import('@uppy/locales/lib/el_GR.js'),
  es_ES: (): UppyPack => import('@uppy/locales/lib/es_ES.js'),
  es_MX: (): UppyPack => import('@uppy/locales/lib/es_MX.js'),
  fa_IR: (): UppyPack => import('@uppy/locales/lib/fa_IR.js'),
  fi_FI: (): UppyPack => import('@uppy/locales/lib/fi_FI.js'),
  fr_FR: (): UppyPack => import('@uppy/locales/lib/fr_FR.js'),
  gl_ES: (): UppyPack => import('@uppy/locales/lib/gl_ES.js'),
  he_IL: (): UppyPack => import('@uppy/locales/lib/he_IL.js'),
  hi_IN: (): UppyPack => import('@uppy/locales/lib/hi_IN.js'),
  hr_HR: (): UppyPack => import('@uppy/locales/lib/hr_HR.js'),
  hu_HU: (): UppyPack => import('@uppy/locales/lib/hu_HU.js'),
  id_ID: (): UppyPack => import('@uppy/locales/lib/id_ID.js'),
  is_IS: (): UppyPack => import('@uppy/locales/lib/is_IS.js'),
  it_IT: (): UppyPack => import('@uppy/locales/lib/it_IT.js'),
  ja_JP: (): UppyPack => import('@uppy/locales/lib/ja_JP.js'),
  ko_KR: (): UppyPack => import('@uppy/locales/lib/ko_KR.js'),
  mn_MN: (): UppyPack => import('@uppy/locales/lib/mn_MN.js'),
  ms_MY: (): UppyPack => import('@uppy/locales/lib/ms_MY.js'),
  nb_NO: (): UppyPack => import('@uppy/locales/lib/nb_NO.js'),
  nl_NL: (): UppyPack => import('@uppy/locales/lib/nl_NL.js'),
  nn_NO: (): UppyPack => import('@uppy/locales/lib/nn_NO.js'),
  pl_PL: (): UppyPack => import('@uppy/locales/lib/pl_PL.js'),
  pt_BR: (): UppyPack => import('@uppy/locales/lib/pt_BR.js'),
  pt_PT: (): UppyPack => import('@uppy/locales/lib/pt_PT.js'),
  ro_RO: (): UppyPack => import('@uppy/locales/lib/ro_RO.js'),
  ru_RU: (): UppyPack => import('@uppy/locales/lib/ru_RU.js'),
  sk_SK: (): UppyPack => import('@uppy/locales/lib/sk_SK.js'),
  sr_RS_Cyrillic: (): UppyPack => import('@uppy/locales/lib/sr_RS_Cyrillic.js'),
  sr_RS_Latin: (): UppyPack => import('@uppy/locales/lib/sr_RS_Latin.js'),
  sv_SE: (): UppyPack => import('@uppy/locales/lib/sv_SE.js'),
  th_TH: (): UppyPack => import('@uppy/locales/lib/th_TH.js'),
  tr_TR: (): UppyPack => import('@uppy/locales/lib/tr_TR.js'),
  uk_UA: (): UppyPack => import('@uppy/locales/lib/uk_UA.js'),
  uz_UZ: (): UppyPack => import('@uppy/locales/lib/uz_UZ.js'),
  vi_VN: (): UppyPack => import('@uppy/locales/lib/vi_VN.js'),
  zh_CN: (): UppyPack => import('@uppy/locales/lib/zh_CN.js'),
  zh_TW: (): UppyPack => import('@uppy/locales/lib/zh_TW.js'),
};

/** What the widget says by itself. Other languages say that part in English. */
const OWN_PACKS: Record<string, () => Promise<{ strings: LocalePack['strings'] }>> = {
  de_DE: () => import('./locales/de_DE.ts'),
};

type PackName = keyof typeof UPPY_PACKS;

export const ENGLISH = new WidgetLocale({ strings: { ...english } }, 'en');

/** The pack for a name such as `de_DE`, `de-AT` or `de`; undefined for English and for languages there is none of. */
export function findPack(name: string): PackName | undefined {
  const asked = name.trim().replaceAll('-', '_').toLowerCase();
  const names = Object.keys(UPPY_PACKS) as PackName[];
  const language = asked.split('_')[0] ?? '';
  return (
    names.find((pack) => pack.toLowerCase() === asked) ??
    names.find((pack) => pack.toLowerCase() === `${language}_${language}`) ??
    names.find((pack) => pack.toLowerCase().startsWith(`${language}_`))
  );
}

/**
 * Loads a language. A pack of the page's own needs no loading.
 *
 * @throws TypeError if a file of a pack cannot be loaded
 */
export async function loadLocale(locale: string | LocalePack | undefined): Promise<WidgetLocale> {
  if (locale === undefined) return ENGLISH;
  if (typeof locale !== 'string') return new WidgetLocale(locale, locale.language ?? pageLanguage());
  const name = findPack(locale);
  if (name === undefined) return ENGLISH;
  const own = Object.hasOwn(OWN_PACKS, name) ? OWN_PACKS[name] : undefined;
  const [uppy, ours] = await Promise.all([UPPY_PACKS[name](), own?.()]);
  const pack = { ...uppy.default, strings: { ...uppy.default.strings, ...ours?.strings } };
  return new WidgetLocale(pack, name.split('_').slice(0, 2).join('-'));
}

function pageLanguage(): string {
  return document.documentElement.lang || navigator.language || 'en';
}
