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
  const random = seededRandomness(seed, `blindsight/fhe/keys/1 ${parameters.id}`);
  const coefficients = ternary(random, parameters.degree);
  const secret = toEval(fromIntegers(ring, coefficients));
  const publicSeed = new Uint8Array(random.words(8).buffer, 0, 32).slice();

  const error = errorPolynomial(random, parameters);
  for (let j = 0; j < error.length; j++) error[j]! *= parameters.plaintextModulus;
  const noise = toEval(fromIntegers(ring, error));
  error.fill(0);

  const a = expandUniform(ring, parameters, 'public-key', publicSeed);
  const product = multiply(a, secret);
  const b = subtract(noise, product);
  release(noise, product);
  return {
    secretKey: secretKey(parameters, coefficients, secret),
    publicKey: { parameters, seed: publicSeed, a, b },
  };
}
