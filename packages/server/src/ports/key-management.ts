/**
 * Port: wraps small secrets (data keys, signing keys) under a key that the database does not hold.
 * @module
 */
export interface KeyManagement {
  /** @param purpose bound to the result: it unwraps under the same purpose only. */
  wrap(secret: Uint8Array<ArrayBuffer>, purpose: string): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws {ServerError} `data-key-missing` when it was not wrapped here under this purpose. */
  unwrap(wrapped: Uint8Array<ArrayBuffer>, purpose: string): Promise<Uint8Array<ArrayBuffer>>;
}
