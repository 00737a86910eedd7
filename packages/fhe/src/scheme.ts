/**
 * The two halves of the scheme as interfaces. The modules `./client` and `./evaluate` have these shapes, and so has
 * the no-op scheme (`./noop`), which lets a protocol be tested in the clear. A protocol that wants to be tested that
 * way takes the module as an argument; the type parameters keep the two schemes' values apart.
 * @module
 */
import type { Parameters } from './parameters.ts';
import type { Randomness } from './rlwe/randomness.ts';

interface RandomOption {
  readonly random?: Randomness;
}

/** See `bgv/keys.ts`, `bgv/encrypt.ts`, `bgv/decrypt.ts`, `wire/masked.ts`. */
export interface ClientScheme<Secret, Public, Masked> {
  generateKeys(parameters: Parameters, seed: Uint8Array): { secretKey: Secret; publicKey: Public };
  serializePublicKey(publicKey: Public): Uint8Array;
  encryptSeeded(secretKey: Secret, message: Int16Array | Int32Array, options?: RandomOption): Uint8Array;
  parseMasked(parameters: Parameters, bytes: Uint8Array, positions: readonly number[]): Masked;
  decryptCoefficients(secretKey: Secret, masked: Masked): number[];
  wipeSecretKey(secretKey: Secret): void;
}

/** See `bgv/evaluate.ts`, `wire/seeded.ts`, `wire/masked.ts`. `Fresh` is a re-randomised ciphertext. */
export interface EvaluateScheme<Public, Cipher, Plain, Fresh, Masked> {
  parsePublicKey(parameters: Parameters, bytes: Uint8Array): Public;
  parseCiphertext(parameters: Parameters, bytes: Uint8Array): Cipher;
  plaintext(parameters: Parameters, coefficients: Int32Array): Plain;
  multiplyPlain(ciphertext: Cipher, plaintext: Plain): Cipher;
  add(a: Cipher, b: Cipher): Cipher;
  rerandomise(publicKey: Public, ciphertext: Cipher, options?: RandomOption): Fresh;
  maskCoefficients(
    ciphertext: Fresh,
    positions: readonly number[],
    masks: readonly number[],
    options?: RandomOption,
  ): Masked;
  serializeMasked(masked: Masked): Uint8Array;
}
