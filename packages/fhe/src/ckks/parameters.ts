/**
 * CKKS parameters in two steps: a literal that a person writes, and the checked immutable object made from it.
 * @module
 */
import { FheError } from '../errors.ts';
import { type Modulus, modulus } from '../ring/modulus.ts';
import { fingerprintOf, requireSecure, type Security } from '../security.ts';

/** What a person writes. `parameters` turns it into what the code uses. */
export interface CkksLiteral<M extends readonly number[] = readonly number[]> {
  /** Stable name with a version after the slash; a change of any number needs another one. */
  readonly id: string;
  /** N, a power of two. Unit: coefficients; a message has N/2 slots. */
  readonly degree: number;
  /** q_0..q_(L-1). A rescale drops the last limb; q_0 stays to the end. */
  readonly moduli: M;
  /** p_0..p_(K-1), the special primes of key switching; P is their product. Ciphertexts never contain them. */
  readonly special: readonly number[];
  /** What a fresh encoding multiplies slots with, unless told otherwise. */
  readonly scale: number;
  /** Limbs in one digit of key switching (alpha); default K. Digits are dnum = ceil(L / alpha). */
  readonly digitLimbs?: number;
  /** A fresh error polynomial has Euclidean norm at most this; default 1.2 * 3.2 * sqrt(N). */
  readonly errorNorm?: number;
  readonly security?: Security;
}

declare const checked: unique symbol;

/** Checked by `parameters`; frozen. `L` is the number of limbs, the level of a fresh ciphertext. */
export interface CkksParameters<L extends number = number> {
  readonly [checked]: true;
  readonly id: string;
  readonly degree: number;
  readonly levels: L;
  readonly moduli: readonly Modulus[];
  readonly special: readonly Modulus[];
  readonly scale: number;
  readonly digitLimbs: number;
  readonly errorNorm: number;
  readonly security: Security;
  /** log2(Q * P): what the security table bounds. */
  readonly modulusBits: number;
  /** What a wire header carries; see `security.ts`. */
  readonly fingerprint: string;
}

/** Most limbs that one base conversion reads (`kernel/kernel.ts`). */
const longestConversion = 8;

/**
 * The only constructor of `CkksParameters`.
 * @throws {FheError} `bad-parameters`, `bad-modulus`, or `insecure-parameters` when log2(QP) exceeds the table.
 */
export function parameters<const M extends readonly number[]>(
  literal: CkksLiteral<M>,
): CkksParameters<M['length']> {
  const { id, degree, scale, security = '2024' } = literal;
  const moduli = literal.moduli.map((q) => modulus(q, degree));
  const special = literal.special.map((p) => modulus(p, degree));
  const digitLimbs = literal.digitLimbs ?? special.length;
  const errorNorm = literal.errorNorm ?? 1.2 * 3.2 * Math.sqrt(degree);
  const modulusBits = bits([...moduli, ...special]);
  const rule = (holds: boolean, name: string) => {
    if (!holds) throw new FheError('bad-parameters', { id, rule: name });
  };

  requireSecure(id, degree, modulusBits, security);
  const levels = moduli.length;
  rule(levels > 0 && levels <= 32 && special.length > 0, 'from 1 to 32 limbs, at least one special prime');
  rule(new Set([...moduli, ...special]).size === levels + special.length, 'moduli distinct');
  rule(Number.isInteger(digitLimbs) && digitLimbs > 0, 'digit limbs a positive integer');
  // A fused relinearise-and-rescale converts the special primes and one limb at once.
  rule(
    digitLimbs <= longestConversion && special.length < longestConversion,
    'at most 8 limbs in a conversion',
  );
  // Key-switching noise is a digit times an error, divided by P: P may be smaller than a digit by one bit.
  const digits = Array.from({ length: Math.ceil(levels / digitLimbs) }, (_, d) =>
    bits(moduli.slice(d * digitLimbs, (d + 1) * digitLimbs)),
  );
  rule(
    digits.every((digit) => digit <= bits(special) + 1),
    'no digit larger than 2 P',
  );
  rule(errorNorm > 0 && Number.isFinite(errorNorm), 'error norm positive');
  rule(scale >= 1 && Math.log2(scale) < bits(moduli) - 1, 'scale from 1 to Q/2');

  return Object.freeze({
    id,
    degree,
    levels,
    moduli: Object.freeze(moduli),
    special: Object.freeze(special),
    scale,
    digitLimbs,
    errorNorm,
    security,
    modulusBits,
    fingerprint: fingerprintOf([
      'ckks',
      id,
      degree,
      moduli.join('*'),
      special.join('*'),
      scale,
      digitLimbs,
      errorNorm,
    ]),
  }) as unknown as CkksParameters<M['length']>;
}

function bits(moduli: readonly number[]): number {
  return moduli.reduce((sum, q) => sum + Math.log2(q), 0);
}
