/**
 * Whether setting this option again would change nothing. Two functions count as the same, since options that are
 * functions are looked up when they are called.
 */
export function isSameOption(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one === 'function' && typeof other === 'function') return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Error || other instanceof Error) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) =>
    isSameOption((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
  );
}
