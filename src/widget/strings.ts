import { type DirectUploadStrings, locale as plugin } from '../uppy/locale.ts';

/** The form for one, the form for many, and those that further languages have. */
type Plural = { 0: string; 1: string; [form: number]: string };

export type WidgetStrings = {
  dashboardTitle: string;
  /** The parts of the note below the drop area. */
  noteCount: Plural;
  noteMinCount: Plural;
  noteMaxSizeEach: string;
  noteMaxSize: string;
  noteMinSizeEach: string;
  noteTotalSize: string;
  noteTypes: string;
  /** Said of a file of another type. */
  onlyTypes: string;
  typeImage: string;
  typeVideo: string;
  typeAudio: string;
  typeText: string;
  alreadyInList: string;
  moreAlreadyInList: Plural;
  configFailed: string;
  loadFailed: string;
  tryAgain: string;
  filesFailed: Plural;
  andMore: Plural;
  refusedNow: string;
  /** What a reload or a crash has interrupted. */
  unfinished: Plural;
  unfinishedHint: Plural;
  /** Said where some of them can go on by a click. */
  unfinishedRest: Plural;
  resumeUnfinished: Plural;
  /** Of files that a click did not bring back. */
  reopenRefused: Plural;
  reopenGone: Plural;
  proving: string;
  discard: string;
  /** What all uploads wait for. */
  'waiting.offline': string;
  'waiting.bucket': string;
  'waiting.endpoint': string;
  /** Said by a form that is sent too early. */
  filesNotUploaded: string;
  fileRequired: string;
};

export type OwnStrings = {
  [Key in keyof DirectUploadStrings]: DirectUploadStrings[Key] extends string ? string : Plural;
} & WidgetStrings;

/** All that the widget says by itself, in English. Everything else is said by Uppy. */
export const english: OwnStrings = {
  ...plugin.strings,
  dashboardTitle: 'File upload',
  noteCount: { 0: 'One file', 1: 'Up to %{smart_count} files' },
  noteMinCount: { 0: 'at least one file', 1: 'at least %{smart_count} files' },
  noteMaxSizeEach: 'up to %{size} each',
  noteMaxSize: 'up to %{size}',
  noteMinSizeEach: 'at least %{size} each',
  noteTotalSize: '%{size} in all',
  noteTypes: '%{types} only',
  onlyTypes: 'Files of this type are not accepted here, only %{types}.',
  typeImage: 'images',
  typeVideo: 'videos',
  typeAudio: 'audio',
  typeText: 'text files',
  alreadyInList: '“%{file}” is already in the list.',
  moreAlreadyInList: {
    0: '%{smart_count} file is already in the list.',
    1: '%{smart_count} files are already in the list.',
  },
  configFailed: 'Files cannot be uploaded right now.',
  loadFailed: 'A part of the uploader could not be loaded. Check your internet connection, then try again.',
  tryAgain: 'Try again',
  filesFailed: {
    0: '%{smart_count} file was not uploaded',
    1: '%{smart_count} files were not uploaded',
  },
  andMore: { 0: 'and %{smart_count} more', 1: 'and %{smart_count} more' },
  refusedNow: '“%{file}” was taken off the list: %{reason}',
  unfinished: {
    0: '%{smart_count} upload was interrupted: %{files}.',
    1: '%{smart_count} uploads were interrupted: %{files}.',
  },
  unfinishedHint: {
    0: 'Drop the same file again to go on where it stopped.',
    1: 'Drop the same files again to go on where they stopped.',
  },
  unfinishedRest: {
    0: 'Drop the other file again to go on with it.',
    1: 'Drop the other files again to go on with them.',
  },
  resumeUnfinished: {
    0: 'Resume %{smart_count} unfinished upload',
    1: 'Resume %{smart_count} unfinished uploads',
  },
  reopenRefused: {
    0: 'The browser was not allowed to open %{files}: choose the file again.',
    1: 'The browser was not allowed to open %{files}: choose the files again.',
  },
  reopenGone: {
    0: '%{files} was moved, changed or deleted: choose the file again.',
    1: '%{files} were moved, changed or deleted: choose the files again.',
  },
  proving: 'Checking what is already stored…',
  discard: 'Discard',
  'waiting.offline': 'You are offline. The upload goes on by itself when the connection is back.',
  'waiting.bucket': 'The storage does not answer at the moment. The upload goes on by itself when it does.',
  'waiting.endpoint': 'The server does not answer at the moment. The upload goes on by itself when it does.',
  filesNotUploaded: 'Upload the files in the list, or remove them, before you send the form.',
  fileRequired: 'Upload a file first.',
};
