/**
 * What the scheme computes with. All polynomials are in evaluation form, at a level that is part of the type.
 * @module
 */
import { FheError } from '../errors.ts';
import { type Form, type Poly, release as releasePolys } from '../ring/poly.ts';
import type { Context } from './context.ts';

/** What every operand says about itself. Two operands fit together when all three agree. */
export interface Operand<L extends number = number> {
  readonly context: Context;
  /** Number of primes. */
  readonly level: L;
  /** Slots are held multiplied by this. */
  readonly scale: number;
}

/** (c0, c1) with c0 + c1 * s = scale * message + noise (mod q_0 * ... * q_(L-1)). */
export interface Ciphertext<L extends number = number> extends Operand<L> {
  readonly c0: Poly<'eval'>;
  readonly c1: Poly<'eval'>;
}

/** The product of two ciphertexts before relinearisation: d0 + d1 * s + d2 * s^2 = scale * message + noise. */
export interface Product<L extends number = number> extends Operand<L> {
  readonly d0: Poly<'eval'>;
  readonly d1: Poly<'eval'>;
  readonly d2: Poly<'eval'>;
}

/** N/2 slots, encoded. */
export interface Plaintext<L extends number = number> extends Operand<L> {
  readonly poly: Poly<'eval'>;
}

/** Scales may differ by rounding of doubles; the relative error this adds is far below any noise. */
const scaleTolerance = 2 ** -40;

/** @throws {FheError} `ring-mismatch`, `level-mismatch`. */
export function requireFit(a: Operand, b: Operand): void {
  if (a.context !== b.context) {
    throw new FheError('ring-mismatch', { a: a.context.parameters.id, b: b.context.parameters.id });
  }
  if (a.level !== b.level) throw new FheError('level-mismatch', { a: a.level, b: b.level });
}

/** As `requireFit`, for operands that are added. @throws {FheError} `scale-mismatch` too. */
export function requireSum(a: Operand, b: Operand): void {
  requireFit(a, b);
  if (!(Math.abs(a.scale - b.scale) <= a.scale * scaleTolerance)) {
    throw new FheError('scale-mismatch', { a: a.scale, b: b.scale });
  }
}

/** @throws {FheError} `bad-scale` unless 1 <= scale < Q/2 at this level. */
export function checkedScale(context: Context, level: number, scale: number): number {
  const bits = context.ring(level).moduli.reduce((sum, q) => sum + Math.log2(q), 0);
  if (!(scale >= 1 && Math.log2(scale) < bits - 1)) throw new FheError('bad-scale', { level, scale });
  return scale;
}

/**
 * Overwrites operands and gives their memory back to the kernel; they must not be used afterwards. What is merely
 * dropped comes back when the garbage collector finds it, which it cannot in the middle of a long computation.
 */
export function release(
  ...operands: readonly (Ciphertext | Product | Plaintext | { readonly c1: Poly<'eval'> })[]
): void {
  for (const operand of operands) {
    releasePolys(...(Object.values(operand) as unknown[]).filter(isPoly));
  }
}

function isPoly(value: unknown): value is Poly<Form> {
  return typeof value === 'object' && value !== null && 'residues' in value;
}
