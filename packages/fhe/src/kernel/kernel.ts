/**
 * The narrow interface between scheme code and the loops that do the arithmetic.
 *
 * A polynomial is one flat `Float64Array`, limb-major: term j modulo q_i is at `i * N + j`. Residues are
 * *balanced*: integers x with |x| <= 0.51 * q_i, or 0.55 * q_i for q_i above 2^46 (congruence, not a unique
 * representative; the wire format makes them canonical). Every operation takes balanced residues and leaves balanced residues, and its time and memory
 * access depend on sizes only, never on values. Arrays come from `allocate`, so that a WASM kernel can hand out
 * views of its own memory; `out` may be the same array as an input.
 * @module
 */
import type { Modulus } from '../ring/modulus.ts';

/** What a kernel prepared for a list of moduli (roots, quotients). Opaque outside the kernel that made it. */
export interface Basis {
  /** N, a power of two. */
  readonly degree: number;
  readonly moduli: readonly Modulus[];
}

/** The weights of one sum of `runProducts`, prepared once. Opaque outside the kernel that made them. */
export interface RunWeights {
  readonly basis: Basis;
  /** How many polynomials are summed. */
  readonly terms: number;
  /** Values in evaluation form that share one weight. Unit: values; a multiple of 8 that divides N. */
  readonly run: number;
}

/** A division by the last limbs of a basis. */
export interface Division {
  /** The limbs divided by. */
  readonly tail: Basis;
  /** The limbs of the result. */
  readonly kept: Basis;
  /** 1 / (product of the tail) modulo each kept limb, balanced. */
  readonly factors: readonly number[];
}

export interface Kernel {
  readonly name: string;
  /** Prepares for the moduli, in their order. @throws {FheError} `bad-modulus` when one is too large. */
  basis(degree: number, moduli: readonly Modulus[]): Basis;
  /** A zeroed array of `length` doubles. */
  allocate(length: number): Float64Array;
  /** Overwrites the array with zeros and takes it back; it must not be used afterwards. */
  release(memory: Float64Array): void;

  /** Coefficients to values, in place, all limbs; order of values: see `ring/poly.ts`. */
  ntt(basis: Basis, x: Float64Array): void;
  /** out = the coefficients with these values, all limbs, each nearest zero; in place unless x is given. */
  intt(basis: Basis, out: Float64Array, x?: Float64Array): void;
  /** out = a + b. */
  add(basis: Basis, out: Float64Array, a: Float64Array, b: Float64Array): void;
  /** out = a - b. */
  subtract(basis: Basis, out: Float64Array, a: Float64Array, b: Float64Array): void;
  /** out = a * b, term by term. */
  multiply(basis: Basis, out: Float64Array, a: Float64Array, b: Float64Array): void;
  /** out = out + a * b, term by term. */
  multiplyAdd(basis: Basis, out: Float64Array, a: Float64Array, b: Float64Array): void;
  /** Base conversion up: N integers, |x| < 2^51, to residues in all limbs; in one limb, the representative nearest zero. */
  lift(basis: Basis, out: Float64Array, integers: Float64Array): void;
  /**
   * Base conversion down, dropping the first limb q_0 of `from`; `to` holds the others.
   * out = (x + p * d) / q_0 with d = -x / p (mod q_0), |d| <= 0.51 * q_0; so out = x / q_0 (mod p) up to
   * rounding by a multiple of p. `x` has `from.moduli.length * count` terms in coefficient form, limb-major with
   * stride `count`, and `out` one limb less: any number of coefficients can be switched, not only N.
   */
  dropFirst(from: Basis, to: Basis, out: Float64Array, x: Float64Array, p: number, count: number): void;
  /** out[i * N + target[j]] = x[i * N + j]; an automorphism of values. `out` must not be `x`. */
  permute(basis: Basis, out: Float64Array, x: Float64Array, target: Uint32Array): void;

  /** out = a * c, one balanced constant for each limb. */
  scale(basis: Basis, out: Float64Array, a: Float64Array, factors: readonly number[]): void;
  /** out = (a - b) * c, one balanced constant for each limb. */
  subtractScale(
    basis: Basis,
    out: Float64Array,
    a: Float64Array,
    b: Float64Array,
    factors: readonly number[],
  ): void;
  /** out = x with every residue in [0, q_i). The only operation whose result is unique; -0 does not occur. */
  canonical(basis: Basis, out: Float64Array, x: Float64Array): void;
  /**
   * Base conversion across: the values, modulo the limbs of `to`, of the integers with coefficients x modulo the (at
   * most 8) limbs of `from` and of least magnitude; when one is within 2^-40 * Q of Q/2 either representative may be
   * taken. `x` in coefficient form as `intt` leaves it, `out` in evaluation form; `out` must not be `x`.
   */
  convert(from: Basis, to: Basis, out: Float64Array, x: Float64Array): void;
  /**
   * out = (x - d) * c, d what `convert` makes of `dropped`, c the factor of the limb: the last step of a rescale or
   * mod-down; then `plus` is added, then values go to other places as in `permute`. `x`, `plus` and `out` in evaluation
   * form, `dropped` in coefficient form as `intt` leaves it; no operand may be `out`.
   */
  divide(
    by: Division,
    out: Float64Array,
    x: Float64Array,
    dropped: Float64Array,
    then?: { readonly plus?: Float64Array | undefined; readonly target?: Uint32Array | undefined },
  ): void;
  /**
   * outs[o] = sum of xs[k] * weights[o][k], term by term; at least one term. Several sums of the same inputs at once
   * read each input from memory once. N at least 8; no output may be an input. @throws {FheError} `ring-mismatch`.
   */
  innerProducts(
    basis: Basis,
    outs: readonly Float64Array[],
    xs: readonly Float64Array[],
    weights: readonly (readonly Float64Array[])[],
  ): void;
  /** @param values shape [L, N / run, terms], balanced. @throws {FheError} `ring-mismatch`. */
  runWeights(basis: Basis, values: Float64Array, terms: number, run: number): RunWeights;
  /**
   * outs[o] = sum over k of xs[k] * w_ok with weights that repeat: w_ok has one value for each run of values (a
   * plaintext with few different coefficients, as periodic network weights are). Several sums of the same inputs
   * at once read each input from memory once. All weights with the same basis, terms and run; no output may be an
   * input. @throws {FheError} `ring-mismatch`.
   */
  runProducts(
    outs: readonly Float64Array[],
    xs: readonly Float64Array[],
    weights: readonly RunWeights[],
  ): void;
}
