/**
 * The same polynomial modulo fewer primes.
 * @module
 */
import type { Ring } from '../ring/poly.ts';

/**
 * Writes the limbs of `to` to the start of `out`. `to` holds the first primes of the ring that `x` is in; where the
 * last of them shares a limb there, that limb is reduced.
 */
export function restrict(to: Ring, from: Ring, out: Float64Array, x: Float64Array): void {
  const { degree, kernel } = to;
  const last = to.moduli.length - 1;
  const whole = to.moduli[last] === from.moduli[last];
  out.set(x.subarray(0, (whole ? last + 1 : last) * degree));
  if (whole) return;
  const [start, end] = [last * degree, (last + 1) * degree];
  kernel.lift(kernel.basis(degree, to.moduli.slice(last)), out.subarray(start, end), x.subarray(start, end));
}

/** Whether `to` is a prefix of `from`, so that a view is enough. */
export function isPrefix(to: Ring, from: Ring): boolean {
  const last = to.moduli.length - 1;
  return to.moduli[last] === from.moduli[last];
}
