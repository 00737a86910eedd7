/**
 * The server's half of the scheme: everything that needs no secret key.
 * Nothing importable from here reaches a secret-key type (a test walks the imports).
 *
 * One reply of sealed sign-in:
 *   const product = multiplyPlain(parseCiphertext(parameters, ticket), plaintext(parameters, m));
 *   const fresh = rerandomise(parsePublicKey(parameters, key), product);
 *   const reply = serializeMasked(maskCoefficients(fresh, positions, masks));
 * @module
 */
import type { Parameters } from './parameters.ts';
import type { Ciphertext, Plaintext } from './rlwe/ciphertext.ts';
import type { MaskedCiphertext } from './rlwe/masked.ts';
import type { PublicKey } from './rlwe/public-key.ts';
import type { Randomness } from './rlwe/randomness.ts';

export type { Ciphertext, MaskedCiphertext, Plaintext, PublicKey };

/** Where random bytes come from; absent means a ChaCha20 stream keyed by WebCrypto. For known-answer tests. */
export interface RandomOption {
  readonly random?: Randomness;
}

/**
 * Strict parser of a public key; expands the uniform half from its seed.
 * @throws {FheError} any of the parser codes (`bad-length` ... `non-canonical`).
 */
export function parsePublicKey(_parameters: Parameters, _bytes: Uint8Array): PublicKey {
  throw new Error('not-implemented');
}

/** The wire form of a public key (the inverse of `parsePublicKey`, byte for byte). */
export function serializePublicKey(_publicKey: PublicKey): Uint8Array {
  throw new Error('not-implemented');
}

/**
 * Strict parser of a seeded ciphertext; expands c1 from its seed.
 * @throws {FheError} any of the parser codes (`bad-length` ... `non-canonical`).
 */
export function parseCiphertext(_parameters: Parameters, _bytes: Uint8Array): Ciphertext<'eval'> {
  throw new Error('not-implemented');
}

/**
 * A plaintext polynomial, ready to multiply with.
 * @param coefficients N coefficients of X^0..X^(N-1), each an integer in [-(p-1)/2, (p-1)/2].
 * @throws {FheError} `bad-message`.
 */
export function plaintext(_parameters: Parameters, _coefficients: Int32Array): Plaintext {
  throw new Error('not-implemented');
}

/** The product in Z_p[X]/(X^N + 1): decrypts to message times plaintext. Noise: see `bgv/noise.ts`. */
export function multiplyPlain(_ciphertext: Ciphertext<'eval'>, _plaintext: Plaintext): Ciphertext<'eval'> {
  throw new Error('not-implemented');
}

/** The sum; decrypts to the sum of the messages modulo p. */
export function add(_a: Ciphertext<'eval'>, _b: Ciphertext<'eval'>): Ciphertext<'eval'> {
  throw new Error('not-implemented');
}

/** The ciphertext plus a fresh public-key encryption of zero: c1 no longer tells what it was multiplied by. */
export function rerandomise(
  _publicKey: PublicKey,
  _ciphertext: Ciphertext<'eval'>,
  _options: RandomOption = {},
): Ciphertext<'coeff'> {
  throw new Error('not-implemented');
}

/**
 * Adds `masks[k] + p * E_k` to coefficient `positions[k]` of c0, E_k uniform in [-2^88, 2^88), keeps only
 * these coefficients of c0 and all of c1, and switches both to the last limb.
 * @param positions coefficient indices, ascending.
 * @param masks integers in [0, p), as many as positions.
 * @throws {FheError} `bad-positions`, `bad-message`.
 */
export function maskCoefficients(
  _ciphertext: Ciphertext<'coeff'>,
  _positions: readonly number[],
  _masks: readonly number[],
  _options: RandomOption = {},
): MaskedCiphertext {
  throw new Error('not-implemented');
}

/** The wire form of a reply: header, the kept coefficients of c0, all of c1. About 18.5 KB for 8 positions. */
export function serializeMasked(_masked: MaskedCiphertext): Uint8Array {
  throw new Error('not-implemented');
}
