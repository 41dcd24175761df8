/** What happened in one run, in order, for whoever has to find out why it failed. */
export class RunLog {
  readonly lines: string[] = [];
  readonly #startedMs = performance.now();

  note(...words: readonly unknown[]): void {
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(3).padStart(8);
    this.lines.push(`${seconds}  ${words.map(toText).join(' ')}`);
  }
}

function toText(word: unknown): string {
  if (word instanceof Error) return word.stack ?? word.message;
  return typeof word === 'string' ? word : JSON.stringify(word);
}
