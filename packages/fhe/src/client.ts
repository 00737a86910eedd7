/**
 * The key holder's half of the scheme: keys, encryption, decryption.
 * The only entry through which a secret key can be made or used; servers import `./evaluate`.
 * @module
 */
import type { Parameters } from './parameters.ts';
import type { MaskedCiphertext } from './rlwe/masked.ts';
import type { PublicKey } from './rlwe/public-key.ts';
import type { Randomness } from './rlwe/randomness.ts';
import type { SecretKey } from './rlwe/secret-key.ts';

export type { MaskedCiphertext, PublicKey, SecretKey };

export interface KeyPair {
  readonly secretKey: SecretKey;
  readonly publicKey: PublicKey;
}

/** Where random bytes come from; absent means a ChaCha20 stream keyed by WebCrypto. For known-answer tests. */
export interface RandomOption {
  readonly random?: Randomness;
}

/**
 * Both keys, as a function of the seed alone: the same seed gives the same bytes on every machine.
 * @param seed 32 uniformly random bytes; the caller wipes them.
 * @throws {FheError} `bad-seed`.
 */
export function generateKeys(_parameters: Parameters, _seed: Uint8Array): KeyPair {
  throw new Error('not-implemented');
}

/** The wire form of a public key: header, 32-byte seed of its uniform half, the other half. About 54 KB. */
export function serializePublicKey(_publicKey: PublicKey): Uint8Array {
  throw new Error('not-implemented');
}

/**
 * One fresh encryption, ready to send: header, 32-byte seed of c1, bit-packed c0. About 54 KB.
 * @param message N coefficients of X^0..X^(N-1), each an integer in [-(p-1)/2, (p-1)/2].
 * @throws {FheError} `bad-message`, `wiped-key`.
 */
export function encryptSeeded(
  _secretKey: SecretKey,
  _message: Int16Array | Int32Array,
  _options: RandomOption = {},
): Uint8Array {
  throw new Error('not-implemented');
}

/**
 * Strict parser of a server's reply: 8 (in general, `positions.length`) coefficients of c0, all of c1, one limb.
 * @param positions the coefficient indices that the protocol fixes, ascending; they do not travel.
 * @throws {FheError} any of the parser codes (`bad-length` ... `non-canonical`), `bad-positions`.
 */
export function parseMasked(
  _parameters: Parameters,
  _bytes: Uint8Array,
  _positions: readonly number[],
): MaskedCiphertext {
  throw new Error('not-implemented');
}

/**
 * The plaintext coefficients at the carried positions, each in [0, p), in the order of the positions.
 * Never fails and never says how large the noise was: no check after decryption may have an effect.
 * @throws {FheError} `wiped-key`, `ring-mismatch` (before anything is decrypted).
 */
export function decryptCoefficients(_secretKey: SecretKey, _masked: MaskedCiphertext): number[] {
  throw new Error('not-implemented');
}

/** Overwrites the key in memory; any later use throws `wiped-key`. */
export function wipeSecretKey(_secretKey: SecretKey): void {
  throw new Error('not-implemented');
}
