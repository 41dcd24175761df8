import type { ChecksumAlgorithm } from '../../protocol/messages.ts';

/** Parts that are being hashed, or were and are not yet asked for; of one part size and one algorithm. */
export interface HashedParts {
  readonly partSizeBytes: number;
  readonly algorithm: ChecksumAlgorithm;
  /** By part number, in base64. */
  readonly checksums: Map<number, Promise<string>>;
}
