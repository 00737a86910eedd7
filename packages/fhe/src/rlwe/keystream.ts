/**
 * ChaCha20 (RFC 8439, zero nonce) as a stream of bytes: the platform's where it has one that answers at once (Node's
 * OpenSSL, five times as fast), else noble's. The bytes are the same.
 * @module
 */
import { chacha20 } from '@noble/ciphers/chacha.js';

/**
 * Blocks `first`, `first + 1`, ... of the keystream of a key.
 * @param key 32 bytes. @param first below 2^32, the last block too: the counter does not wrap.
 * @returns `64 * blocks` bytes, in a buffer of their own.
 */
export type Keystream = (key: Uint8Array, first: number, blocks: number) => Uint8Array<ArrayBuffer>;

const nonce = new Uint8Array(12);

export const portableKeystream: Keystream = (key, first, blocks) => {
  const bytes = new Uint8Array(64 * blocks);
  chacha20(key, nonce, bytes, bytes, first);
  return bytes;
};

/** `undefined` where the platform has none. Below 4 KB noble is faster: making a cipher object takes 15 us. */
export function platformKeystream(): Keystream | undefined {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');
  if (!crypto?.getCiphers().includes('chacha20')) return undefined;
  return (key, first, blocks) => {
    if (blocks < 64) return portableKeystream(key, first, blocks);
    // OpenSSL's "IV" is the block counter, little-endian, and the nonce.
    const counter = new Uint8Array(16);
    new DataView(counter.buffer).setUint32(0, first, true);
    const bytes = new Uint8Array(64 * blocks);
    const out = crypto.createCipheriv('chacha20', key, counter).update(bytes);
    // A large result has its own buffer; one from Node's pool is brought over.
    if (out.byteOffset === 0 && out.buffer.byteLength === bytes.length)
      return new Uint8Array(out.buffer as ArrayBuffer);
    bytes.set(out);
    out.fill(0);
    return bytes;
  };
}

export const keystream: Keystream = platformKeystream() ?? portableKeystream;
