/** Makes one call in a microtask of all the calls that come before it: files come by the hundred. */
export function gather(run: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      run();
    });
  };
}
