/**
 * What an upload is announced to the endpoint by. An announcement may be heard without an answer: then the bucket holds
 * an upload that nobody knows of, until this one, announced again under the same name, is finished.
 */
export class Announcement {
  /** Random, and known to this browser alone. */
  readonly idempotencyKey: string;
  /** It may have been heard already. */
  wasSent: boolean;

  /** @param noted of one that was sent before a reload or a crash */
  constructor(noted?: string) {
    this.idempotencyKey = noted ?? randomName();
    this.wasSent = noted !== undefined;
  }
}

/** `crypto.randomUUID` is for secure pages only. */
function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
