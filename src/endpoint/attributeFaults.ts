/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_TAGS = 10;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Why a text cannot be a header's value, or null. */
export function headerFault(value: string): string | null {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value) && value.length <= 2048) return null;
  return 'a header takes printable ASCII, without spaces at its ends, 2048 characters at most';
}

/** Why S3 would not take these tags, or null. */
export function tagFault(tags: Readonly<Record<string, string>>): string | null {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) return `an object has at most ${MAX_TAGS}`;
  for (const [name, value] of entries) {
    if (name === '' || name.length > 128 || value.length > 256)
      return 'a name has 1 to 128 characters, a value 256 at most';
    if (!TAG_TEXT.test(name) || !TAG_TEXT.test(value))
      return 'letters, digits, spaces and _ . : / = + - @ are all that S3 takes';
  }
  return null;
}
