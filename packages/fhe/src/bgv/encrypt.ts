/**
 * Seeded symmetric encryption: c1 uniform from a seed, c0 = message + p * error - c1 * s.
 * @module
 */
import type { Parameters } from '../parameters.ts';
import { fromIntegers, multiply, release, subtract, toEval } from '../ring/poly.ts';
import { expandUniform } from '../rlwe/expand.ts';
import { type Randomness, webRandomness } from '../rlwe/randomness.ts';
import { errorPolynomial } from '../rlwe/samplers.ts';
import { requireLive, type SecretKey } from '../rlwe/secret-key.ts';
import { serializeSeeded } from '../wire/seeded.ts';
import { checkedMessage } from './message.ts';
import { fullRing } from './rings.ts';

/**
 * One fresh encryption, ready to send: header, 32-byte seed of c1, bit-packed c0. 55,344 bytes under `sealedSignIn`.
 * Timing: independent of message, key and noise. Wipes every secret intermediate.
 * @param message N coefficients of X^0..X^(N-1), each an integer in [-(p-1)/2, (p-1)/2].
 * @param options.random where the seed and the error come from; one stream must never encrypt twice from its start.
 * @throws {FheError} `bad-message`, `wiped-key`.
 */
export function encryptSeeded(
  secretKey: SecretKey,
  message: Int16Array | Int32Array,
  options: { readonly random?: Randomness } = {},
): Uint8Array {
  requireLive(secretKey);
  const { parameters } = secretKey;
  const ring = fullRing(parameters);
  const random = options.random ?? webRandomness();

  const seed = new Uint8Array(random.words(8).buffer, 0, 32).slice();
  const phase = toEval(fromIntegers(ring, noisy(parameters, checkedMessage(parameters, message), random)));
  const c1 = expandUniform(ring, parameters, 'ciphertext', seed);
  const product = multiply(c1, secretKey.poly);
  const c0 = subtract(phase, product);
  release(phase, product);

  const bytes = serializeSeeded(parameters, 'ciphertext', seed, c0);
  release(c0, c1);
  return bytes;
}

/** message + p * error, in the array of the message; at most 2^15 + 21 * 65537 < 2^21 in size. */
function noisy(parameters: Parameters, message: Float64Array, random: Randomness): Float64Array {
  const error = errorPolynomial(random, parameters);
  for (let j = 0; j < message.length; j++) message[j]! += parameters.plaintextModulus * error[j]!;
  error.fill(0);
  return message;
}
