/** A file as the page lists it. */
export interface ListedFile {
  name: string;
  state: 'waiting' | 'on-its-way' | 'paused' | 'failed' | 'stored';
  error?: string;
}

declare global {
  interface Window {
    /** What the page lists; undefined before the widget is there. */
    listFiles?: () => ListedFile[] | undefined;
    /** Gives up what an earlier page has left in the bucket; tells how many uploads that were. */
    discardUnfinished?: () => Promise<number>;
    /** Takes a file off the list. */
    removeFile?: (name: string) => void;
    /** Provided by the run: a file is stored, as the widget told its page. */
    tellStored?: (name: string, key: string) => void;
  }
}
