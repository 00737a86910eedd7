/**
 * Port: the provider's own secrets (signing keys, cookie keys, salts), stored as wrapped by key management.
 * @module
 */
export interface Secrets {
  /** Newest first. */
  list(name: string): Promise<readonly Uint8Array<ArrayBuffer>[]>;
  add(name: string, wrapped: Uint8Array<ArrayBuffer>, now: number): Promise<void>;
}
