import { Translator } from '@uppy/core/utils';
import type { WidgetLocale } from '../WidgetLocale.ts';

/** What the panel of stored files says. */
export type StoredStrings = typeof storedEnglish;
export type SayStored = (key: keyof StoredStrings, values?: Record<string, string | number>) => string;

/** Kept apart from the widget's other strings, because the panel is loaded later. */
export const storedEnglish = {
  storedTitle: 'Uploaded files',
  storedDownload: 'Download',
  storedDownloadFile: 'Download “%{file}”',
  storedCopyLink: 'Copy link',
  storedCopyLinkOf: 'Copy link to “%{file}”',
  storedNewLink: 'Copy new link',
  storedNewLinkOf: 'Copy new link to “%{file}”',
  storedDelete: 'Delete',
  storedDeleteFile: 'Delete “%{file}”',
  storedCopied: 'Link copied, valid for %{time}.',
  storedLink: 'Link, valid for %{time}:',
  storedLinkOf: 'Link to “%{file}”',
  storedExpired: 'The link has run out.',
  storedExpiredOf: 'The link to “%{file}” has run out.',
  storedConfirm: 'Delete this file for good?',
  storedConfirmFile: 'Delete “%{file}” for good?',
  storedKeep: 'Keep',
  storedDeleting: 'Deleting…',
  storedDeleted: '“%{file}” was deleted.',
  storedGone: 'This file is no longer in the storage.',
  storedForbidden: 'This is not allowed here.',
  storedTooOld: 'The upload is too long ago.',
};

/** Says what the panel says, in the widget's language or in English: loaded with the panel alone. */
export function storedTranslator({ uppy }: WidgetLocale): SayStored {
  const translator = new Translator([
    { strings: { ...storedEnglish, ...uppy.strings }, pluralize: uppy.pluralize },
  ]);
  return (key, values) => translator.translate(key, values);
}
