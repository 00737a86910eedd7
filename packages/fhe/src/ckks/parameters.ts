/**
 * CKKS parameters in two steps: a literal that a person writes, and the checked immutable object made from it.
 * @module
 */
import { FheError } from '../errors.ts';
import { composite } from '../ring/composite.ts';
import { type Modulus, modulus } from '../ring/modulus.ts';
import { fingerprintOf, requireSecure, type Security } from '../security.ts';

/** One limb of a literal: a prime, or two that are carried as one modulus of at most 48 bits (`ring/composite.ts`). */
type LimbLiteral = number | readonly [number, number];

/** One entry for each prime of a chain, so that its length is the number of levels. */
type Primes<M> = M extends readonly [infer Limb, ...infer Rest]
  ? Limb extends readonly [number, number]
    ? [1, 1, ...Primes<Rest>]
    : [1, ...Primes<Rest>]
  : [];

/** How many primes a chain has; `number` when the literal was not written out. */
export type LevelsOf<M extends readonly LimbLiteral[]> = number extends M['length']
  ? number
  : Primes<M>['length'];

/** What a person writes. `parameters` turns it into what the code uses. */
export interface CkksLiteral<M extends readonly LimbLiteral[] = readonly LimbLiteral[]> {
  /** Stable name with a version after the slash; a change of any number needs another one. */
  readonly id: string;
  /** N, a power of two. Unit: coefficients; a message has N/2 slots. */
  readonly degree: number;
  /**
   * q_0..q_(L-1), in the order in which they stay: a rescale drops the last prime, q_0 stays to the end. `[q_i, q_j]`
   * are carried as one limb, which costs the time and memory of one; when q_j has gone, q_i is a limb by itself.
   */
  readonly moduli: M;
  /** p_0..p_(K-1), the special primes of key switching; P is their product. Ciphertexts never contain them. */
  readonly special: readonly number[];
  /** What a fresh encoding multiplies slots with, unless told otherwise. */
  readonly scale: number;
  /** Limbs in one digit of key switching (alpha); default K. Digits are dnum = ceil(limbs / alpha). */
  readonly digitLimbs?: number;
  /** A fresh error polynomial has Euclidean norm at most this; default 1.2 * 3.2 * sqrt(N). */
  readonly errorNorm?: number;
  readonly security?: Security;
}

declare const checked: unique symbol;

/** Checked by `parameters`; frozen. `L` is the number of primes in Q, the level of a fresh ciphertext. */
export interface CkksParameters<L extends number = number> {
  readonly [checked]: true;
  readonly id: string;
  readonly degree: number;
  readonly levels: L;
  /** q_0..q_(L-1), all prime. */
  readonly moduli: readonly Modulus[];
  /** How many of them, in order, each limb holds: 1 or 2. */
  readonly limbPrimes: readonly (1 | 2)[];
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
export function parameters<const M extends readonly LimbLiteral[]>(
  literal: CkksLiteral<M>,
): CkksParameters<LevelsOf<M>> {
  const { id, degree, scale, security = '2024' } = literal;
  const groups = literal.moduli.map((limb) => (typeof limb === 'number' ? [limb] : limb));
  const limbPrimes = groups.map((group) => group.length as 1 | 2);
  const moduli = groups.flat().map((q) => modulus(q, degree));
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
  rule(
    limbPrimes.every((count) => count === 1 || count === 2),
    'one or two primes in a limb',
  );
  // Key-switching noise is a digit times an error, divided by P: P may be smaller than a digit by one bit.
  const limbs = limbsAt({ moduli, limbPrimes }, levels);
  const digits = Array.from({ length: Math.ceil(limbs.length / digitLimbs) }, (_, d) =>
    bits(limbs.slice(d * digitLimbs, (d + 1) * digitLimbs)),
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
    limbPrimes: Object.freeze(limbPrimes),
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
      groups.map((group) => (group.length === 1 ? group[0] : `(${group.join('*')})`)).join('*'),
      special.join('*'),
      scale,
      digitLimbs,
      errorNorm,
    ]),
  }) as unknown as CkksParameters<LevelsOf<M>>;
}

/** The limbs that hold the first `level` primes; the last one holds a single prime when its other one has gone. */
export function limbsAt(
  { moduli, limbPrimes }: Pick<CkksParameters, 'moduli' | 'limbPrimes'>,
  level: number,
): Modulus[] {
  const limbs: Modulus[] = [];
  for (let at = 0, i = 0; at < level; at += limbPrimes[i++]!) {
    const [q, r] = [moduli[at]!, moduli[at + 1]!];
    limbs.push(limbPrimes[i] === 2 && at + 1 < level ? composite(q, r) : q);
  }
  return limbs;
}

function bits(moduli: readonly number[]): number {
  return moduli.reduce((sum, q) => sum + Math.log2(q), 0);
}
