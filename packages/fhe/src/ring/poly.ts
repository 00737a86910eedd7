/**
 * Polynomials in Z_Q[X]/(X^N + 1), Q = q_0 * ... * q_(L-1), held as residues modulo each limb (RNS).
 * Arithmetic only: no keys, no noise, no faces, no I/O.
 * @module
 */
import { FheError } from '../errors.ts';
import type { Basis, Kernel } from '../kernel/kernel.ts';
import type { Modulus } from './modulus.ts';

/**
 * `coeff`: coefficients of X^0..X^(N-1).
 * `eval`: value j is the polynomial at psi^(2 * bitReverse(j) + 1), psi the smallest primitive 2N-th root of unity
 * modulo q_i and bitReverse over log2(N) bits. This order is part of the wire format.
 */
export type Form = 'coeff' | 'eval';

export interface Ring {
  /** N, a power of two. Unit: coefficients. */
  readonly degree: number;
  /** q_0..q_(L-1), pairwise distinct. The level of a polynomial is L. */
  readonly moduli: readonly Modulus[];
  readonly kernel: Kernel;
  readonly basis: Basis;
}

export interface Poly<F extends Form> {
  readonly form: F;
  readonly ring: Ring;
  /** Shape [L, N], limb-major: term j modulo q_i is at `i * N + j`, balanced (see `kernel/kernel.ts`). */
  readonly residues: Float64Array;
}

export function createRing(kernel: Kernel, degree: number, moduli: readonly Modulus[]): Ring {
  return Object.freeze({ degree, moduli, kernel, basis: kernel.basis(degree, moduli) });
}

/** The zero polynomial. Allocates 8 * L * N bytes. */
export function zero<F extends Form>(ring: Ring, form: F): Poly<F> {
  return { form, ring, residues: ring.kernel.allocate(ring.moduli.length * ring.degree) };
}

/** The polynomial with these N integer coefficients, |x| < 2^47. */
export function fromIntegers(ring: Ring, integers: Float64Array): Poly<'coeff'> {
  if (integers.length !== ring.degree) throw new FheError('ring-mismatch', { length: integers.length });
  const out = zero(ring, 'coeff');
  ring.kernel.lift(ring.basis, out.residues, integers);
  return out;
}

/** Same polynomial in evaluation form. Takes the operand over: it must not be used afterwards. */
export function toEval(a: Poly<'coeff'>): Poly<'eval'> {
  a.ring.kernel.ntt(a.ring.basis, a.residues);
  return { ...a, form: 'eval' };
}

/** Same polynomial in coefficient form. Takes the operand over: it must not be used afterwards. */
export function toCoeff(a: Poly<'eval'>): Poly<'coeff'> {
  a.ring.kernel.intt(a.ring.basis, a.residues);
  return { ...a, form: 'coeff' };
}

/** @throws {FheError} `ring-mismatch`. */
export function add<F extends Form>(a: Poly<F>, b: Poly<F>): Poly<F> {
  const out = zero(same(a, b), a.form);
  a.ring.kernel.add(a.ring.basis, out.residues, a.residues, b.residues);
  return out;
}

/** @throws {FheError} `ring-mismatch`. */
export function subtract<F extends Form>(a: Poly<F>, b: Poly<F>): Poly<F> {
  const out = zero(same(a, b), a.form);
  a.ring.kernel.subtract(a.ring.basis, out.residues, a.residues, b.residues);
  return out;
}

/** The ring product: term by term in evaluation form. @throws {FheError} `ring-mismatch`. */
export function multiply(a: Poly<'eval'>, b: Poly<'eval'>): Poly<'eval'> {
  const out = zero(same(a, b), 'eval');
  a.ring.kernel.multiply(a.ring.basis, out.residues, a.residues, b.residues);
  return out;
}

/** sum + a * b. @throws {FheError} `ring-mismatch`. */
export function multiplyAdd(sum: Poly<'eval'>, a: Poly<'eval'>, b: Poly<'eval'>): Poly<'eval'> {
  const ring = same(sum, a, b);
  const out = zero(ring, 'eval');
  out.residues.set(sum.residues);
  ring.kernel.multiplyAdd(ring.basis, out.residues, a.residues, b.residues);
  return out;
}

/** Overwrites the polynomials with zeros and gives their memory back; they must not be used afterwards. */
export function release(...polys: readonly Poly<Form>[]): void {
  for (const { ring, residues } of polys) ring.kernel.release(residues);
}

function same(first: Poly<Form>, ...others: readonly Poly<Form>[]): Ring {
  if (others.some(({ ring }) => ring !== first.ring)) throw new FheError('ring-mismatch');
  return first.ring;
}
