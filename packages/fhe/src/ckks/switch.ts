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
  kernel.intt(c.ring.basis, coefficients, c.residues);

  const limb = (x: Float64Array, i: number) => x.subarray(i * degree, (i + 1) * degree);
  const digits = plan.digits.map(({ start, end, own, others }, d) => {
    const lifted = context.scratch(`digit ${d}`, others.moduli.length * degree);
    kernel.convert(own, others, lifted, coefficients.subarray(start * degree, end * degree));
    // Modulo its own limbs a digit is c.
    return plan.limbs.map((_, i) => {
      if (i < start) return limb(lifted, i);
      return i < end ? limb(c.residues, i) : limb(lifted, i - (end - start));
    });
  });
  return { level, limbs: plan.limbs.map((_, i) => digits.map((digit) => digit[i]!)) };
}

/** What else the pair goes through. */
interface Finish {
  /** 1 divides by the last limb of the level too. */
  readonly rescale: 0 | 1;
  /** Added to u0 and u1, before they are rescaled. Same level. */
  readonly plus?: readonly [Poly<'eval'>, Poly<'eval'>?];
  /** Where the values of the result go: an automorphism. */
  readonly target?: Uint32Array;
}

/**
 * The pair (u0, u1): products of the digits with the key, summed, and divided by P.
 * Cost: 2 * dnum * (L + K) * N products and 2 * (L + K) transforms.
 */
export function applyKey(
  context: Context,
  { level, limbs }: Decomposition,
  key: SwitchingKey,
  { rescale, plus, target }: Finish = { rescale: 0 },
): [Poly<'eval'>, Poly<'eval'>] {
  const { kernel, parameters } = context;
  const { degree } = parameters;
  const views = viewsAt(key, level);
  const plan = context.switchPlan(level);
  const division = context.modDown(level, rescale);
  const own = context.ring(level).moduli.length;
  // Added before a division as P times this; without a rescale that is the same as adding it afterwards.
  const [early, late] = rescale === 1 ? [plus, undefined] : [undefined, plus];
  const slice = (x: Float64Array, i: number) => x.subarray(i * degree, (i + 1) * degree);

  const halves = [views.b, views.a] as const;
  const sums = halves.map((_, h) => context.scratch(`switched ${h}`, limbs.length * degree));
  for (const [i, basis] of plan.limbs.entries()) {
    // P is zero modulo the special primes.
    const extra = i < own ? early : undefined;
    kernel.innerProducts(
      basis,
      sums.map((sum) => slice(sum, i)),
      extra ? [...limbs[i]!, slice(context.specialProduct(level), i)] : limbs[i]!,
      halves.map((half, h) => (extra ? [...half[i]!, slice(extra[h]!.residues, i)] : half[i]!)),
    );
  }
  const [u0, u1] = sums.map((sum, h) => divideTail(context, division, sum, { plus: late?.[h], target }));
  return [u0!, u1!];
}
