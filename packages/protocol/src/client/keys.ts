/**
 * The key schedule of a device (HKDF-SHA-256, RFC 5869). Two roots that never meet:
 *
 *   root secret (per account and device, kept wrapped)  -> storage key
 *   generation secret (fresh for each generation, wiped) -> FHE seed, frame seed, ratchet k_0
 *   k_j -> rho_j (512 signs), k_(j+1)
 *
 * Since no generation descends from the root secret, opening the storage later opens only what is
 * still stored, and a spent k_j cannot be computed from k_(j+1).
 * @module
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, utf8 } from '../wire/bytes.ts';
import { ProtocolError } from '../wire/errors.ts';
import { sizes } from '../wire/parameters.ts';

export const secretBytes = 32;

/**
 * The key under which the device stores its generations: AES-GCM, 256 bits, non-extractable.
 * @param rootSecret 32 bytes; the caller wipes them.
 * @throws {ProtocolError} `state-corrupt` on another length.
 */
export async function deriveStorageKey(rootSecret: Uint8Array): Promise<CryptoKey> {
  const bytes = derive(rootSecret, 'storage', 32);
  try {
    return await globalThis.crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  } finally {
    bytes.fill(0);
  }
}

/** FHE seed, frame seed and k_0 of a generation; 32 bytes each. */
export function deriveGeneration(secret: Uint8Array): { fheSeed: Bytes; frameSeed: Bytes; ratchet: Bytes } {
  return {
    fheSeed: derive(secret, 'generation/fhe', secretBytes),
    frameSeed: derive(secret, 'generation/frame', secretBytes),
    ratchet: derive(secret, 'generation/ratchet', secretBytes),
  };
}

/** rho_j as 512 packed signs, from k_j. */
export function ticketPad(ratchet: Uint8Array): Bytes {
  return derive(ratchet, 'ratchet/pad', sizes.probe);
}

/** k_(j+1) from k_j. */
export function nextRatchet(ratchet: Uint8Array): Bytes {
  return derive(ratchet, 'ratchet/next', secretBytes);
}

function derive(secret: Uint8Array, label: string, length: number): Bytes {
  if (secret.length !== secretBytes) {
    throw new ProtocolError('state-corrupt', { details: { field: label, length: secret.length } });
  }
  return new Uint8Array(hkdf(sha256, secret, undefined, utf8(`blindsight/1/${label}`), length));
}
