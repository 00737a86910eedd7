/**
 * Secrets and their hashes as the server keeps them.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes, base64url: a cookie value, a challenge. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** 32 random bytes. */
export const newNonce = (): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(32));

/** SHA-256 of a text, base64url: what is stored of a cookie. */
export const hashOfSecret = (secret: string): string =>
  createHash('sha256').update(secret, 'utf8').digest('base64url');
