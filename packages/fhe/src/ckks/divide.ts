/**
 * Division by the last limbs of a basis, rounded to the nearest integer: rescale, and the end of key switching.
 * @module
 */
import type { Poly } from '../ring/poly.ts';
import { zero } from '../ring/poly.ts';
import type { Context, DivisionPlan } from './context.ts';

/** What happens to the quotient: `plus` is added, then its values go to other places (`Kernel.divide`). */
export interface AfterDivision {
  readonly plus?: Poly<'eval'> | undefined;
  readonly target?: Uint32Array | undefined;
}

/**
 * round(x / T), T the product of the limbs that are dropped. With d the representative of x mod T nearest zero,
 * (x - d) / T is that integer, so all coefficients are off by at most 1/2, without bias.
 * @param x evaluation form, kept limbs then the tail.
 * Cost: transforms of the tail back and of one polynomial forth.
 */
export function divideTail(
  context: Context,
  plan: DivisionPlan,
  x: Float64Array,
  { plus, target }: AfterDivision = {},
): Poly<'eval'> {
  const { tail, ring, split } = plan;
  const { kernel } = context;
  const dropped = context.scratch('dropped', tail.moduli.length * ring.degree);
  const values = split ? splitOff(context, plan, x) : x;
  kernel.intt(tail, dropped, values.subarray(ring.moduli.length * ring.degree));
  const out = zero(ring, 'eval');
  kernel.divide(plan, out.residues, values, dropped, { plus: plus?.residues, target });
  return out;
}

/**
 * A copy of x when the first prime of its tail shares a limb with the last kept one: that limb is reduced modulo
 * either. Values modulo a composite are values modulo both primes (`ring/composite.ts`), so this needs no transform.
 */
function splitOff(
  context: Context,
  { ring: { degree, moduli }, split }: DivisionPlan,
  x: Float64Array,
): Float64Array {
  const { kernel } = context;
  const [kept, dropped] = split!;
  const [start, end] = [(moduli.length - 1) * degree, moduli.length * degree];
  const shared = x.subarray(start, end);
  const out = context.scratch('split', x.length + degree);
  out.set(x.subarray(0, start));
  kernel.lift(kept, out.subarray(start, end), shared);
  kernel.lift(dropped, out.subarray(end, end + degree), shared);
  out.set(x.subarray(end), end + degree);
  return out;
}
