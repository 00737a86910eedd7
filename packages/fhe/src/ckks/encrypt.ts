/**
 * Symmetric encryption: c1 uniform from a seed, c0 = m + e - c1 * s.
 * @module
 */
import { FheError } from '../errors.ts';
import { add, fromIntegers, multiply, type Poly, release, subtract, toEval } from '../ring/poly.ts';
import { expandUniform } from '../rlwe/expand.ts';
import { webRandomness } from '../rlwe/randomness.ts';
import { errorPolynomial } from '../rlwe/samplers.ts';
import { type Ciphertext, type Plaintext, release as releaseOperands } from './ciphertext.ts';
import type { RandomOption } from './public-key.ts';
import { type CkksSecretKey, contextOf, withSecretAt } from './secret.ts';
import { serializeSeededCiphertext } from './wire.ts';

/**
 * One fresh encryption, ready to send: header, scale, 32-byte seed of c1, bit-packed c0.
 * Timing: independent of message, key and noise. Wipes every secret intermediate; the plaintext is the caller's.
 * @param options.random where the seed and the error come from; one stream must never encrypt twice from its start.
 * @throws {FheError} `wiped-key`, `ring-mismatch`.
 */
export function encryptSeeded(
  secretKey: CkksSecretKey,
  plaintext: Plaintext,
  options: RandomOption = {},
): Uint8Array {
  const { seed, ciphertext } = seeded(secretKey, plaintext, options);
  const bytes = serializeSeededCiphertext(ciphertext, seed);
  releaseOperands(ciphertext);
  return bytes;
}

/** One fresh encryption, to compute with here. @throws {FheError} as `encryptSeeded`. */
export function encrypt<L extends number>(
  secretKey: CkksSecretKey,
  plaintext: Plaintext<L>,
  options: RandomOption = {},
): Ciphertext<L> {
  return seeded(secretKey, plaintext, options).ciphertext;
}

function seeded<L extends number>(
  secretKey: CkksSecretKey,
  { context, level, scale, poly }: Plaintext<L>,
  options: RandomOption,
): { seed: Uint8Array; ciphertext: Ciphertext<L> } {
  if (contextOf(secretKey) !== context) throw new FheError('ring-mismatch', { id: context.parameters.id });
  const { parameters } = context;
  const ring = context.ring(level);
  const random = options.random ?? webRandomness();

  const seed = new Uint8Array(random.words(8).buffer, 0, 32).slice();
  const integers = errorPolynomial(random, parameters);
  const error = toEval(fromIntegers(ring, integers));
  integers.fill(0);
  const phase = add(poly, error);
  const c1: Poly<'eval'> = expandUniform(ring, parameters, 'ciphertext', seed);
  const product = withSecretAt(secretKey, context, level, (s) => multiply(c1, s));
  const c0 = subtract(phase, product);
  release(error, phase, product);
  return { seed, ciphertext: { context, level, scale, c0, c1 } };
}
