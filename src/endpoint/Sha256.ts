import { Sha256 as PortableSha256 } from '@aws-crypto/sha256-js';
import type { SignatureV4 } from '@smithy/signature-v4';

type NodeCrypto = typeof import('node:crypto');
type HashConstructor = NonNullable<ConstructorParameters<typeof SignatureV4>[0]['sha256']>;
type SourceData = string | ArrayBuffer | ArrayBufferView;

const nodeCrypto = findNodeCrypto();

/**
 * SHA-256 and its HMAC for the signer. Where there is Node's own, a signature takes half the time; looked up and not
 * imported, so that the endpoint also loads where there is none.
 */
export const Sha256: HashConstructor = nodeCrypto === undefined ? PortableSha256 : nodeSha256(nodeCrypto);

function findNodeCrypto(): NodeCrypto | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (id: string) => NodeCrypto | undefined };
  };
  return process?.getBuiltinModule?.('node:crypto');
}

function nodeSha256(crypto: NodeCrypto): HashConstructor {
  return class NodeSha256 {
    readonly #hash: ReturnType<typeof begin>;

    constructor(secret?: SourceData) {
      this.#hash = begin(crypto, secret);
    }

    update(data: Uint8Array): void {
      this.#hash.update(data);
    }

    digest(): Promise<Uint8Array> {
      return Promise.resolve(new Uint8Array(this.#hash.digest()));
    }
  };
}

function begin(crypto: NodeCrypto, secret: SourceData | undefined) {
  if (secret === undefined) return crypto.createHash('sha256');
  return crypto.createHmac('sha256', typeof secret === 'string' ? secret : toBytes(secret));
}

function toBytes(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
