/**
 * Puts a text on the clipboard that is still being fetched: Safari allows it within the click alone, and takes a promise
 * there.
 *
 * @returns whether it is there; false where the browser or the person does not allow it
 * @throws whatever the text's promise is rejected with
 */
export async function copyText(text: Promise<string>): Promise<boolean> {
  try {
    if (typeof ClipboardItem === 'function' && navigator.clipboard?.write) {
      const blob = text.then((ready) => new Blob([ready], { type: 'text/plain' }));
      await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
    } else await navigator.clipboard.writeText(await text);
    return true;
  } catch {
    await text;
    return false;
  }
}
