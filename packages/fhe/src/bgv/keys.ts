/**
 * Key generation. Imports the secret-key type, so it belongs to `./client`.
 * @module
 */
import type { Parameters } from '../parameters.ts';
import { fromIntegers, multiply, release, subtract, toEval } from '../ring/poly.ts';
import { expandUniform } from '../rlwe/expand.ts';
import type { PublicKey } from '../rlwe/public-key.ts';
import { seededRandomness } from '../rlwe/randomness.ts';
import { errorPolynomial, ternary } from '../rlwe/samplers.ts';
import { type SecretKey, secretKey } from '../rlwe/secret-key.ts';
import { fullRing } from './rings.ts';

export interface KeyPair {
  readonly secretKey: SecretKey;
  readonly publicKey: PublicKey;
}

/**
 * Both keys, as a function of the seed alone: the same seed gives the same bytes on every machine.
 * From `seededRandomness(seed, "blindsight/fhe/keys/1 ID")`, in this order: the secret (ternary), the 32-byte seed
 * of the uniform half, the error.
 * @param seed 32 uniformly random bytes; the caller wipes them.
 * @throws {FheError} `bad-seed`.
 */
export function generateKeys(parameters: Parameters, seed: Uint8Array): KeyPair {
  const ring = fullRing(parameters);
  const { random, key } = startKeys(parameters, seed);
  const publicSeed = new Uint8Array(random.words(8).buffer, 0, 32).slice();

  const error = errorPolynomial(random, parameters);
  for (let j = 0; j < error.length; j++) error[j]! *= parameters.plaintextModulus;
  const noise = toEval(fromIntegers(ring, error));
  error.fill(0);

  const a = expandUniform(ring, parameters, 'public-key', publicSeed);
  const product = multiply(a, key.poly);
  const b = subtract(noise, product);
  release(noise, product);
  return { secretKey: key, publicKey: { parameters, seed: publicSeed, a, b } };
}

/**
 * The secret key that `generateKeys` makes of this seed, for somebody who only decrypts: a third of the cost.
 * @param seed as for `generateKeys`; the caller wipes it.
 * @throws {FheError} `bad-seed`.
 */
export function generateSecretKey(parameters: Parameters, seed: Uint8Array): SecretKey {
  return startKeys(parameters, seed).key;
}

/** The secret key, and the randomness that all the rest comes from. */
function startKeys(parameters: Parameters, seed: Uint8Array) {
  const random = seededRandomness(seed, `blindsight/fhe/keys/1 ${parameters.id}`);
  const coefficients = ternary(random, parameters.degree);
  const poly = toEval(fromIntegers(fullRing(parameters), coefficients));
  return { random, key: secretKey(parameters, coefficients, poly) };
}
