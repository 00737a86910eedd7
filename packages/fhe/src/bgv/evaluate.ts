/**
 * What a server does with ciphertexts. No secret key, no decryption.
 * @module
 */
import { FheError } from '../errors.ts';
import type { Parameters } from '../parameters.ts';
import * as ring from '../ring/poly.ts';
import type { Ciphertext, Plaintext } from '../rlwe/ciphertext.ts';
import type { PublicKey } from '../rlwe/public-key.ts';
import { type Randomness, webRandomness } from '../rlwe/randomness.ts';
import { errorPolynomial, ternary } from '../rlwe/samplers.ts';
import { checkedMessage } from './message.ts';
import { fullRing } from './rings.ts';

/** Where random bytes come from; absent means a ChaCha20 stream keyed by WebCrypto. For known-answer tests. */
export interface RandomOption {
  readonly random?: Randomness;
}

/**
 * A plaintext polynomial, ready to multiply with.
 * @param coefficients N coefficients of X^0..X^(N-1), each an integer in [-(p-1)/2, (p-1)/2].
 * @throws {FheError} `bad-message`.
 */
export function plaintext(parameters: Parameters, coefficients: Int32Array): Plaintext {
  const integers = checkedMessage(parameters, coefficients);
  const poly = ring.toEval(ring.fromIntegers(fullRing(parameters), integers));
  integers.fill(0);
  return { parameters, poly };
}

/**
 * The product in Z_p[X]/(X^N + 1): decrypts to message times plaintext. Noise grows by at most the Euclidean norm
 * of the plaintext (`bgv/noise.ts`).
 * @throws {FheError} `ring-mismatch`.
 */
export function multiplyPlain(
  ciphertext: Ciphertext<'eval'>,
  { parameters, poly }: Plaintext,
): Ciphertext<'eval'> {
  requireSame(ciphertext.parameters, parameters);
  return { parameters, c0: ring.multiply(ciphertext.c0, poly), c1: ring.multiply(ciphertext.c1, poly) };
}

/** The sum; decrypts to the sum of the messages modulo p. @throws {FheError} `ring-mismatch`. */
export function add(a: Ciphertext<'eval'>, b: Ciphertext<'eval'>): Ciphertext<'eval'> {
  requireSame(a.parameters, b.parameters);
  return { parameters: a.parameters, c0: ring.add(a.c0, b.c0), c1: ring.add(a.c1, b.c1) };
}

/**
 * The ciphertext plus a fresh public-key encryption of zero, (b v + p e0, a v + p e1) with v ternary: c1 no longer
 * tells what it was multiplied by. The result is in coefficient form, because the errors are small only there.
 * @throws {FheError} `ring-mismatch`.
 */
export function rerandomise(
  publicKey: PublicKey,
  ciphertext: Ciphertext<'eval'>,
  options: RandomOption = {},
): Ciphertext<'coeff'> {
  const { parameters } = publicKey;
  requireSame(ciphertext.parameters, parameters);
  const random = options.random ?? webRandomness();

  const integers = ternary(random, parameters.degree);
  const v = ring.toEval(ring.fromIntegers(fullRing(parameters), integers));
  integers.fill(0);
  const half = (key: ring.Poly<'eval'>, part: ring.Poly<'eval'>) => {
    const masked = ring.toCoeff(ring.multiplyAdd(part, key, v));
    const error = errorPolynomial(random, parameters);
    for (let j = 0; j < error.length; j++) error[j]! *= parameters.plaintextModulus;
    const noise = ring.fromIntegers(fullRing(parameters), error);
    const sum = ring.add(masked, noise);
    error.fill(0);
    ring.release(masked, noise);
    return sum;
  };
  const fresh = { parameters, c0: half(publicKey.b, ciphertext.c0), c1: half(publicKey.a, ciphertext.c1) };
  ring.release(v);
  return fresh;
}

function requireSame(a: Parameters, b: Parameters): void {
  if (a !== b) throw new FheError('ring-mismatch', { a: a.id, b: b.id });
}
