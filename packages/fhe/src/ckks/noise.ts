/**
 * How large errors become: one formula for each operation. An error is a polynomial e with phase = scale * message + e;
 * what is tracked is V, the variance of its coefficients, taken as independent. A slot of e is then a complex Gaussian
 * with variance N * V (central limit theorem over N terms), and exceeds 8 sqrt(N V) with probability exp(-64) < 2^-92.
 * That is a heuristic, the usual one, where BGV's bounds (`bgv/noise.ts`) are proofs: a proof would have to assume the
 * worst of every rounding at once, and CKKS loses precision, not correctness, when a bound is passed. The tests
 * measure every formula.
 *
 * Magnitudes M are of slots times scale, the largest that may occur. sigma^2 = 21/2 (`rlwe/samplers.ts`); ternary
 * coefficients have variance 2/3; a rounding to integers has 1/12.
 * @see Gentry, Halevi, Smart, "Homomorphic Evaluation of the AES Circuit" (2012), appendix A.5, on this kind of bound
 * @module
 */
import { type CkksParameters, limbsAt } from './parameters.ts';

/** V: the variance of one coefficient of an error. */
export type Variance = number;

const sigma2 = 21 / 2;
const ternary2 = 2 / 3;
const rounding2 = 1 / 12;

/** A fresh symmetric encryption, the rounding of the encoding included. */
export function fresh(): Variance {
  return sigma2 + rounding2;
}

/** A fresh public-key encryption: b v + e0 + (a v + e1) s leaves e v + e0 + e1 s. */
export function freshPublic({ degree }: CkksParameters): Variance {
  return sigma2 * (1 + 2 * degree * ternary2) + rounding2;
}

/** The sum or difference of independent ciphertexts. */
export function sum(...parts: readonly Variance[]): Variance {
  return parts.reduce((total, v) => total + v, 0);
}

/** A product with a plaintext. @param plain M of the plaintext. @param message M of the ciphertext. */
export function productPlain(v: Variance, plain: number, message: number): Variance {
  return plain ** 2 * v + message ** 2 * rounding2;
}

/** A product of ciphertexts with errors v and w and messages at most m and n. */
export function product(
  { degree }: CkksParameters,
  v: Variance,
  m: number,
  w: Variance,
  n: number,
): Variance {
  return m ** 2 * w + n ** 2 * v + degree * v * w;
}

/** A rescale by the prime q: the error is divided, and both halves are rounded. */
export function rescale({ degree }: CkksParameters, v: Variance, q: number): Variance {
  return v / q ** 2 + roundings(degree);
}

/** What one key switch adds: the digits times their errors, divided by P, and two roundings. */
export function keySwitch(parameters: CkksParameters, level: number): Variance {
  const { degree, special, digitLimbs } = parameters;
  const limbs = limbsAt(parameters, level);
  const P = special.reduce((all, p) => all * p, 1);
  let digits = 0;
  for (let start = 0; start < limbs.length; start += digitLimbs) {
    const ratio = limbs.slice(start, start + digitLimbs).reduce((all, q) => all * q, 1) / P;
    digits += (degree * ratio ** 2 * sigma2) / 12;
  }
  return digits + roundings(degree);
}

/** The largest error of any slot, in units of the message. */
export function slotBound({ degree }: CkksParameters, v: Variance, scale: number): number {
  return (8 * Math.sqrt(degree * v)) / scale;
}

/** The root mean square error of a slot. */
export function slotRms({ degree }: CkksParameters, v: Variance, scale: number): number {
  return Math.sqrt(degree * v) / scale;
}

/** r0 + r1 s with r0, r1 rounding errors. */
function roundings(degree: number): Variance {
  return rounding2 * (1 + degree * ternary2);
}
