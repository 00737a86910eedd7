/**
 * Sums and products of ciphertexts and plaintexts, rescaling, and dropping limbs. No key of any kind is needed.
 *
 * Operands that differ in level do not compile where levels are literals, and are refused where they are not. What a
 * function returns is new; operands stay as they are.
 * @module
 */
import { FheError } from '../errors.ts';
import * as ring from '../ring/poly.ts';
import {
  type Ciphertext,
  checkedScale,
  type Operand,
  type Plaintext,
  type Product,
  requireFit,
  requireSum,
} from './ciphertext.ts';
import { divideTail } from './divide.ts';
import type { Below, Rescalable } from './level.ts';
import { restrict } from './restrict.ts';

/** Slot by slot a + b. @throws {FheError} `ring-mismatch`, `level-mismatch`, `scale-mismatch`. */
export function add<L extends number>(a: Ciphertext<L>, b: Ciphertext<NoInfer<L>>): Ciphertext<L> {
  requireSum(a, b);
  return { ...head(a), c0: ring.add(a.c0, b.c0), c1: ring.add(a.c1, b.c1) };
}

/** Slot by slot a - b. @throws {FheError} `ring-mismatch`, `level-mismatch`, `scale-mismatch`. */
export function subtract<L extends number>(a: Ciphertext<L>, b: Ciphertext<NoInfer<L>>): Ciphertext<L> {
  requireSum(a, b);
  return { ...head(a), c0: ring.subtract(a.c0, b.c0), c1: ring.subtract(a.c1, b.c1) };
}

/** Slot by slot -a. */
export function negate<L extends number>(a: Ciphertext<L>): Ciphertext<L> {
  const none = ring.zero(a.c0.ring, 'eval');
  const out = { ...head(a), c0: ring.subtract(none, a.c0), c1: ring.subtract(none, a.c1) };
  ring.release(none);
  return out;
}

/** Slot by slot a + p. @throws {FheError} `ring-mismatch`, `level-mismatch`, `scale-mismatch`. */
export function addPlain<L extends number>(a: Ciphertext<L>, p: Plaintext<NoInfer<L>>): Ciphertext<L> {
  requireSum(a, p);
  return { ...head(a), c0: ring.add(a.c0, p.poly), c1: copy(a.c1) };
}

/** The sum of two products not yet relinearised. @throws {FheError} as `add`. */
export function addProducts<L extends number>(a: Product<L>, b: Product<NoInfer<L>>): Product<L> {
  requireSum(a, b);
  return {
    ...head(a),
    d0: ring.add(a.d0, b.d0),
    d1: ring.add(a.d1, b.d1),
    d2: ring.add(a.d2, b.d2),
  };
}

/**
 * Slot by slot a * p; the scales multiply. Encoding p at scale q_(L-1) makes a rescale restore the scale of `a`.
 * @throws {FheError} `ring-mismatch`, `level-mismatch`, `bad-scale` when the scale would reach the modulus.
 */
export function multiplyPlain<L extends number>(a: Ciphertext<L>, p: Plaintext<NoInfer<L>>): Ciphertext<L> {
  const scale = productScale(a, p);
  return { ...head(a), scale, c0: ring.multiply(a.c0, p.poly), c1: ring.multiply(a.c1, p.poly) };
}

/**
 * Slot by slot a * k for an integer k: exact, noise included, and neither level nor scale changes.
 * @throws {FheError} `bad-message` unless |k| < 2^19, which is below half of every modulus.
 */
export function multiplyInteger<L extends number>(a: Ciphertext<L>, k: number): Ciphertext<L> {
  if (!Number.isInteger(k) || Math.abs(k) >= 2 ** 19) throw new FheError('bad-message', { level: a.level });
  const { kernel, basis, moduli } = a.c0.ring;
  const factors = moduli.map(() => k);
  const part = (x: ring.Poly<'eval'>) => {
    const out = ring.zero(x.ring, 'eval');
    kernel.scale(basis, out.residues, x.residues, factors);
    return out;
  };
  return { ...head(a), c0: part(a.c0), c1: part(a.c1) };
}

/**
 * Slot by slot the sum of as[k] * ps[k], one reduction for each value of the result and not for each product.
 * @throws {FheError} as `multiplyPlain`; `scale-mismatch` unless all products have one scale; `ring-mismatch` when
 *   the lists are empty or differ in length.
 */
export function multiplyPlainSum<L extends number>(
  as: readonly Ciphertext<L>[],
  ps: readonly Plaintext<NoInfer<L>>[],
): Ciphertext<L> {
  const first = as[0];
  if (first === undefined || as.length !== ps.length)
    throw new FheError('ring-mismatch', { terms: as.length });
  const scale = productScale(first, ps[0]!);
  for (let k = 1; k < as.length; k++) {
    const [a, p] = [as[k]!, ps[k]!];
    requireSum({ ...head(first), scale }, { ...head(a), scale: productScale(a, p) });
  }
  const { kernel, basis } = first.c0.ring;
  const [c0, c1] = [ring.zero(first.c0.ring, 'eval'), ring.zero(first.c0.ring, 'eval')];
  const halves = [as.map(({ c0 }) => c0.residues), as.map(({ c1 }) => c1.residues)];
  const factors = ps.map(({ poly }) => poly.residues);
  kernel.innerProducts(basis, [c0.residues, c1.residues], factors, halves);
  return { ...head(first), scale, c0, c1 };
}

/**
 * Adds a * p to `sum` in place, the one operation that changes its operand: a network's inner loop.
 * @throws {FheError} as `multiplyPlain`; `scale-mismatch`.
 */
export function multiplyPlainAdd<L extends number>(
  sum: Ciphertext<L>,
  a: Ciphertext<NoInfer<L>>,
  p: Plaintext<NoInfer<L>>,
): void {
  requireSum(sum, { ...head(a), scale: productScale(a, p) });
  const { kernel, basis } = sum.c0.ring;
  kernel.multiplyAdd(basis, sum.c0.residues, a.c0.residues, p.poly.residues);
  kernel.multiplyAdd(basis, sum.c1.residues, a.c1.residues, p.poly.residues);
}

/**
 * Slot by slot a * b, in three parts; `relinearise` makes a ciphertext of it. The scales multiply.
 * @throws {FheError} `ring-mismatch`, `level-mismatch`, `bad-scale`.
 */
export function multiply<L extends number>(a: Ciphertext<L>, b: Ciphertext<NoInfer<L>>): Product<L> {
  const scale = productScale(a, b);
  const d1 = ring.zero(a.c0.ring, 'eval');
  const { kernel, basis } = a.c0.ring;
  const [as, bs] = [
    [a.c0.residues, a.c1.residues],
    [b.c1.residues, b.c0.residues],
  ];
  kernel.innerProducts(basis, [d1.residues], as, [bs]);
  return { ...head(a), scale, d0: ring.multiply(a.c0, b.c0), d1, d2: ring.multiply(a.c1, b.c1) };
}

/**
 * Drops the last prime and divides by it: the level falls by one, the scale by q_(L-1). A literal level 1 does not
 * compile. Cost: 2 L transforms.
 * @throws {FheError} `level-mismatch` at level 1; `bad-scale` when the scale would fall below 1.
 */
export function rescale<L extends number>(a: Ciphertext<L> & Operand<Rescalable<L>>): Ciphertext<Below<L>> {
  const { context, level } = a;
  if (level < 2) throw new FheError('level-mismatch', { level });
  const lower = (level - 1) as Below<L>;
  const scale = rescaled(a);
  const plan = context.rescaling(level);
  return {
    context,
    level: lower,
    scale,
    c0: divideTail(context, plan, a.c0.residues),
    c1: divideTail(context, plan, a.c1.residues),
  };
}

/** The scale after division by the last prime. @throws {FheError} `bad-scale`. */
export function rescaled({ context, level, scale }: Operand): number {
  return checkedScale(context, level - 1, scale / context.parameters.moduli[level - 1]!);
}

/**
 * The same message with fewer primes and the same scale; costs no noise.
 * @throws {FheError} `level-mismatch` when `level` is above the operand's; `bad-scale` when the scale does not fit.
 */
export function dropTo<K extends number>(a: Ciphertext, level: K): Ciphertext<K> {
  const { context } = a;
  if (level > a.level) throw new FheError('level-mismatch', { level, from: a.level });
  const scale = checkedScale(context, level, a.scale);
  const kept = context.ring(level);
  const part = (x: ring.Poly<'eval'>) => {
    const out = ring.zero(kept, 'eval');
    restrict(kept, x.ring, out.residues, x.residues);
    return out;
  };
  return { context, level, scale, c0: part(a.c0), c1: part(a.c1) };
}

function productScale(a: Operand, b: Operand): number {
  requireFit(a, b);
  return checkedScale(a.context, a.level, a.scale * b.scale);
}

function head<L extends number>({ context, level, scale }: Operand<L>): Operand<L> {
  return { context, level, scale };
}

function copy(a: ring.Poly<'eval'>): ring.Poly<'eval'> {
  const out = ring.zero(a.ring, 'eval');
  out.residues.set(a.residues);
  return out;
}
