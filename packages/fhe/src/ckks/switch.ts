/**
 * Hybrid key switching: from a polynomial c and a key for from -> to, a pair (u0, u1) with
 * u0 + u1 * to = c * from + small noise.
 *
 * c is cut into digits c_d = c mod (the limbs of digit d), each nearest zero; sum(c_d * g_d) = c, so
 * sum(c_d * (b_d + a_d * to)) = P * c * from + sum(c_d * e_d), and division by P leaves noise of about
 * (digit / P) * error. One digit for each limb and one special prime is what SEAL does; wider digits and more special
 * primes need fewer transforms.
 * @see Han, Ki, "Better Bootstrapping for Approximate Homomorphic Encryption" (2019), section 3.1
 * @module
 */
import type { Poly } from '../ring/poly.ts';
import type { Context } from './context.ts';
import { divideTail } from './divide.ts';
import { type SwitchingKey, viewsAt } from './switching-key.ts';

/** The digits of one polynomial, in evaluation form over all limbs of the key ring: `limbs[i][d]`. */
export interface Decomposition {
  readonly level: number;
  readonly limbs: readonly (readonly Float64Array[])[];
}

/**
 * Cuts a polynomial into digits. The result lives in scratch memory until the next call, except the limbs a digit
 * shares with `c` itself, which must stay alive as long.
 * Cost: L + dnum * (L + K) - L transforms.
 */
export function decompose(context: Context, level: number, c: Poly<'eval'>): Decomposition {
  const { kernel, parameters } = context;
  const { degree } = parameters;
  const plan = context.switchPlan(level);

  const coefficients = context.scratch('coefficients', c.residues.length);
  coefficients.set(c.residues);
  kernel.intt(c.ring.basis, coefficients);

  const limb = (x: Float64Array, i: number) => x.subarray(i * degree, (i + 1) * degree);
  const digits = plan.digits.map(({ start, end, own, others }, d) => {
    const lifted = context.scratch(`digit ${d}`, others.moduli.length * degree);
    kernel.convert(own, others, lifted, coefficients.subarray(start * degree, end * degree), degree);
    kernel.ntt(others, lifted);
    // Modulo its own limbs a digit is c.
    return plan.limbs.map((_, i) => {
      if (i < start) return limb(lifted, i);
      return i < end ? limb(c.residues, i) : limb(lifted, i - (end - start));
    });
  });
  return { level, limbs: plan.limbs.map((_, i) => digits.map((digit) => digit[i]!)) };
}

/** What to do with the sums before they are divided. */
interface Finish {
  /** 1 divides by the last limb of the level too. */
  readonly rescale: 0 | 1;
  /** Added to u0 and u1, as P times this before the division. Same level. */
  readonly plus?: readonly [Poly<'eval'>, Poly<'eval'>];
}

/**
 * The pair (u0, u1): products of the digits with the key, summed, and divided by P.
 * Cost: 2 * dnum * (L + K) * N products and 2 * (L + K) transforms.
 */
export function applyKey(
  context: Context,
  { level, limbs }: Decomposition,
  key: SwitchingKey,
  { rescale, plus }: Finish = { rescale: 0 },
): [Poly<'eval'>, Poly<'eval'>] {
  const { kernel, parameters } = context;
  const { degree } = parameters;
  const views = viewsAt(key, level);
  const plan = context.switchPlan(level);
  const division = context.modDown(level, rescale);
  const own = context.ring(level).moduli.length;
  const product = plus && context.specialProduct(level);
  const slice = (x: Float64Array, i: number) => x.subarray(i * degree, (i + 1) * degree);

  const half = (keyLimbs: readonly (readonly Float64Array[])[], extra?: Poly<'eval'>) => {
    const sum = context.scratch('switched', limbs.length * degree);
    for (const [i, basis] of plan.limbs.entries()) {
      // P is zero modulo the special primes.
      const term = extra && i < own ? [slice(extra.residues, i)] : [];
      const factor = term.length > 0 ? [slice(product!, i)] : [];
      kernel.innerProduct(basis, slice(sum, i), [...limbs[i]!, ...term], [...keyLimbs[i]!, ...factor]);
    }
    return divideTail(context, division, sum);
  };
  return [half(views.b, plus?.[0]), half(views.a, plus?.[1])];
}
