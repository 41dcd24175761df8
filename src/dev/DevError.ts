/** Something that the person at the terminal can put right: its message is all they need, without a stack. */
export class DevError extends Error {
  override readonly name = 'DevError';
}
