/** Which part a signed URL is for. */
export function partOf(url: string): number {
  return Number(new URL(url).searchParams.get('partNumber'));
}
