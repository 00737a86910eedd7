/**
 * What a server does with ciphertexts. No secret key, no decryption.
 * @module
 */
import { FheError } from '../errors.ts';
import type { Parameters } from '../parameters.ts';
import { remainder } from '../ring/modulus.ts';
import * as ring from '../ring/poly.ts';
import type { Ciphertext, Plaintext } from '../rlwe/ciphertext.ts';
import type { MaskedCiphertext } from '../rlwe/masked.ts';
import type { PublicKey } from '../rlwe/public-key.ts';
import { type Randomness, webRandomness } from '../rlwe/randomness.ts';
import { errorPolynomial, ternary, wideUniform } from '../rlwe/samplers.ts';
import { checkPositions } from '../wire/masked.ts';
import { checkedMessage } from './message.ts';
import { fullRing, ringsOf } from './rings.ts';

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
    const error = errorPolynomial(random, parameters).map((e) => e * parameters.plaintextModulus);
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

/**
 * Adds `masks[k] + p * E_k` to coefficient `positions[k]` of c0, E_k uniform in [-2^88, 2^88) (`floodBits`), keeps
 * only these coefficients of c0 and all of c1, and switches both to the last limb. The other coefficients of c0 carry
 * no flood, so they must never leave: here they are not even switched.
 * @param positions coefficient indices, ascending.
 * @param masks integers in [0, p), as many as positions.
 * @throws {FheError} `bad-positions`, `bad-message`.
 */
export function maskCoefficients(
  ciphertext: Ciphertext<'coeff'>,
  positions: readonly number[],
  masks: readonly number[],
  options: RandomOption = {},
): MaskedCiphertext {
  const { parameters, c0, c1 } = ciphertext;
  const { degree, moduli, plaintextModulus: p } = parameters;
  checkPositions(parameters, positions);
  const fits = masks.every((m) => Number.isInteger(m) && m >= 0 && m < p);
  if (masks.length !== positions.length || !fits) throw new FheError('bad-message', { count: masks.length });

  const floods = wideUniform(
    options.random ?? webRandomness(),
    parameters.floodBits,
    positions.length,
    moduli,
  );
  const kept = new Float64Array(moduli.length * positions.length);
  for (const [i, q] of moduli.entries()) {
    for (const [k, at] of positions.entries()) {
      const flood = remainder(p * floods[i]![k]!, q);
      const residue = remainder(c0.residues[i * degree + at]! + q + flood + masks[k]!, q);
      kept[i * positions.length + k] = residue - q * Math.floor((2 * residue) / q);
    }
    floods[i]!.fill(0);
  }
  return {
    parameters,
    positions: [...positions],
    c0: toLastLimb(parameters, kept, positions.length),
    c1: toLastLimb(parameters, c1.residues, degree),
  };
}

/** Switches `count` coefficients from all limbs to the last one; canonical. `residues` is limb-major and stays as it is. */
function toLastLimb(parameters: Parameters, residues: Float64Array, count: number): Float64Array {
  const rings = ringsOf(parameters);
  const q = parameters.moduli.at(-1)!;
  const { kernel } = rings[0]!;
  let current = residues;
  for (const [i, from] of rings.slice(0, -1).entries()) {
    const to = rings[i + 1]!;
    const next = kernel.allocate(to.moduli.length * count);
    kernel.dropFirst(from.basis, to.basis, next, current, parameters.plaintextModulus, count);
    if (current !== residues) kernel.release(current);
    current = next;
  }
  const canonical = current.map((x) => remainder(x + q, q));
  if (current !== residues) kernel.release(current);
  return canonical;
}

function requireSame(a: Parameters, b: Parameters): void {
  if (a !== b) throw new FheError('ring-mismatch', { a: a.id, b: b.id });
}
