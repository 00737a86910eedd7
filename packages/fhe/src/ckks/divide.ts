/**
 * Division by the last limbs of a basis, rounded to the nearest integer: rescale, and the end of key switching.
 * @module
 */
import type { Poly } from '../ring/poly.ts';
import { zero } from '../ring/poly.ts';
import type { Context, DivisionPlan } from './context.ts';

/**
 * round(x / T), T the product of the limbs that are dropped. With d the representative of x mod T nearest zero,
 * (x - d) / T is that integer, so all coefficients are off by at most 1/2, without bias.
 * @param x evaluation form, kept limbs then the tail; overwritten.
 * Cost: transforms of the tail back and of one polynomial forth.
 */
export function divideTail(context: Context, plan: DivisionPlan, x: Float64Array): Poly<'eval'> {
  const { tail, kept, factors } = plan;
  const { kernel } = context;
  const length = kept.moduli.length * kept.degree;
  const dropped = plan.split ? splitOff(context, plan, x) : x.subarray(length);
  kernel.intt(tail, dropped);
  const lifted = context.scratch('divide', length);
  kernel.convert(tail, kept.basis, lifted, dropped, kept.degree);
  kernel.ntt(kept.basis, lifted);
  const out = zero(kept, 'eval');
  kernel.subtractScale(kept.basis, out.residues, x.subarray(0, length), lifted, factors);
  return out;
}

/**
 * The tail when its first prime shares a limb with the last kept one: that limb is reduced modulo either. Values
 * modulo a composite are values modulo both primes (`ring/composite.ts`), so this needs no transform.
 */
function splitOff(
  context: Context,
  { tail, kept: { degree, moduli }, split }: DivisionPlan,
  x: Float64Array,
): Float64Array {
  const { kernel } = context;
  const [kept, dropped] = split!;
  const shared = x.subarray((moduli.length - 1) * degree, moduli.length * degree);
  const out = context.scratch('tail', tail.moduli.length * degree);
  kernel.lift(dropped, out.subarray(0, degree), shared);
  out.set(x.subarray(moduli.length * degree), degree);
  kernel.lift(kept, shared, shared);
  return out;
}
