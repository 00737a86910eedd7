/**
 * Authenticated encryption of small secrets at rest. The label binds a ciphertext to its place, so that one
 * cannot be put where another belongs.
 * @module
 */
import { WebError } from '../errors.ts';
import type { Sealed } from './schema.ts';

/** AES-256-GCM under a fresh random nonce. A key seals far fewer than 2^32 messages. */
export async function seal(key: CryptoKey, label: string, secret: Uint8Array): Promise<Sealed> {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const bytes = await crypto.subtle.encrypt(parameters(nonce, label), key, secret as BufferSource);
  return { nonce, bytes: new Uint8Array(bytes) };
}

/** @throws {WebError} `storage-lost` when key, label and bytes do not belong together. */
export async function open(key: CryptoKey, label: string, sealed: Sealed): Promise<Uint8Array> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters(sealed.nonce, label), key, sealed.bytes));
  } catch (cause) {
    throw new WebError('storage-lost', { cause });
  }
}

function parameters(iv: Uint8Array<ArrayBuffer>, label: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(label), tagLength: 128 };
}
