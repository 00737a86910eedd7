/**
 * The key holder's half of the scheme: keys, encryption, decryption.
 * The only entry through which a secret key can be made or used; servers import `./evaluate`.
 * @module
 */
import type { PublicKey } from './rlwe/public-key.ts';
import { serializeSeeded } from './wire/seeded.ts';

export { decryptCoefficients } from './bgv/decrypt.ts';
export { encryptSeeded } from './bgv/encrypt.ts';
export { generateKeys, generateSecretKey, type KeyPair } from './bgv/keys.ts';
export * as ckks from './ckks/client.ts';
export type { MaskedCiphertext } from './rlwe/masked.ts';
export type { PublicKey } from './rlwe/public-key.ts';
export { type SecretKey, wipeSecretKey } from './rlwe/secret-key.ts';
export { parseMasked } from './wire/masked.ts';

/** The wire form of a public key: header, 32-byte seed of its uniform half, the other half. 55,344 bytes. */
export function serializePublicKey({ parameters, seed, b }: PublicKey): Uint8Array {
  return serializeSeeded(parameters, 'public-key', seed, b);
}
