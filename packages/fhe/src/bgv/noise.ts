/**
 * The analytic noise bounds of one reply of linear operations, worst case and not on average. The test prints them
 * beside measured values; a parameter set is only as good as this table.
 * @module
 */
import type { Parameters } from '../parameters.ts';

/** What is multiplied, and how much of the result is opened. */
export interface ReplyShape {
  /** Largest possible sum of |coefficient| of the encrypted message. */
  readonly messageSum: number;
  /** How many coefficients of the plaintext may be non-zero; each is at most (p-1)/2 in size. */
  readonly plaintextTerms: number;
  /** Coefficients opened. */
  readonly positions: number;
}

/** All values are log2. The first four count multiples of p; the others are sizes of the phase c0 + c1 * s. */
export interface ReplyNoise {
  /** Plaintext times the error of the ciphertext: Cauchy-Schwarz with the norm limit on errors. */
  readonly ciphertext: number;
  /** The product's excess over [0, p), mask included. */
  readonly wrap: number;
  /** The encryption of zero: v * e + e0 + e1 * s, v and s ternary. */
  readonly publicKeyZero: number;
  /** B, the sum of the three: everything that flooding has to hide. */
  readonly total: number;
  /** Statistical distance between a reply's phases and ones that depend on the plaintext result alone. */
  readonly distance: number;
  /** Phase after flooding, and what it must stay below: Q / 2. */
  readonly flooded: number;
  readonly floodedCeiling: number;
  /** Phase after the switch to the last limb, rounding by any ternary key included, and q / 2. */
  readonly switched: number;
  readonly switchedCeiling: number;
}

export function replyNoise(parameters: Parameters, shape: ReplyShape): ReplyNoise {
  const { degree, plaintextModulus: p, errorNorm, floodBits, moduli } = parameters;
  const half = (p - 1) / 2;
  const ternaryNorm = Math.sqrt(degree);

  const ciphertext = half * Math.sqrt(shape.plaintextTerms) * errorNorm;
  const wrap = (half * shape.messageSum + p) / p;
  const publicKeyZero = 2 * ternaryNorm * errorNorm + errorNorm;
  const total = ciphertext + wrap + publicKeyZero;

  const flooded = p * (2 ** floodBits + total);
  const product = moduli.reduce((q, next) => q * next, 1);
  // A switch by q_i divides the phase and adds p * d_0 + p * d_1 * s, d's terms at most 1/2 (and 2^-15) in size.
  const rounding = p * 0.5001 * (1 + degree);
  const switched = moduli.slice(0, -1).reduce((phase, q) => phase / q + rounding, flooded);

  return {
    ciphertext: Math.log2(ciphertext),
    wrap: Math.log2(wrap),
    publicKeyZero: Math.log2(publicKeyZero),
    total: Math.log2(total),
    // A uniform value in 2^(f+1) values, moved by at most B, at each position.
    distance: Math.log2(shape.positions * total) - (floodBits + 1),
    flooded: Math.log2(flooded),
    floodedCeiling: Math.log2(product) - 1,
    switched: Math.log2(switched),
    switchedCeiling: Math.log2(moduli.at(-1)!) - 1,
  };
}
