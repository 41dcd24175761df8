/** A form's own names for what a PUT says in headers. */
const FORM_NAMES: Readonly<Record<string, string>> = {
  'cache-control': 'Cache-Control',
  'content-disposition': 'Content-Disposition',
  'x-amz-acl': 'acl',
};

/**
 * A PUT's headers as fields of a POST form. Tags go as XML there.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export function formFields(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (name === 'x-amz-tagging') return ['tagging', taggingXml(value)];
      return [Object.hasOwn(FORM_NAMES, name) ? (FORM_NAMES[name] ?? name) : name, value];
    }),
  );
}

/** No character that S3 takes in a tag needs escaping in XML. */
function taggingXml(header: string): string {
  const tags = header.split('&').map((pair) => {
    const [name = '', value = ''] = pair.split('=').map(decodeURIComponent);
    return `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`;
  });
  return `<Tagging><TagSet>${tags.join('')}</TagSet></Tagging>`;
}
