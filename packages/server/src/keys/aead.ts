/**
 * AES-256-GCM over small and large byte strings: version (1) || nonce (12) || ciphertext || tag (16).
 * A 96-bit random nonce under one key is safe to 2^32 messages (NIST SP 800-38D); a data key sees a few hundred.
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

type Bytes = Uint8Array<ArrayBuffer>;

/** @param bound authenticated but not stored: opening needs the same bytes. */
export function seal(key: Uint8Array, plain: Uint8Array, bound: Uint8Array): Bytes {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
  const parts = [Uint8Array.of(version), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
  return new Uint8Array(Buffer.concat(parts));
}

/** @returns `undefined` when it was not sealed under this key and these bound bytes. */
export function unseal(key: Uint8Array, sealed: Uint8Array, bound: Uint8Array): Bytes | undefined {
  if (sealed.length < 1 + nonceBytes + tagBytes || sealed[0] !== version) return undefined;
  const nonce = sealed.subarray(1, 1 + nonceBytes);
  const body = sealed.subarray(1 + nonceBytes, sealed.length - tagBytes);
  const opener = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    .setAAD(bound)
    .setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    // counter mode: the last block adds nothing, it only throws when the tag is another one
    const plain = opener.update(body);
    opener.final();
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch {
    return undefined;
  }
}
