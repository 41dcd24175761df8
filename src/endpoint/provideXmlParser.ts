import { DOMParser, Node } from '@xmldom/xmldom';

/**
 * For a Worker, bundlers take the SDK's code for browsers, which reads the store's answers by `DOMParser`; a Worker has
 * none. https://github.com/aws/aws-sdk-js-v3/issues/7375
 */
for (const [name, value] of Object.entries({ DOMParser, Node })) {
  if (!(name in globalThis))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
