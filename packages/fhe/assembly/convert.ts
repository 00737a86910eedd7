/**
 * Between bases: one limb out of several, coefficient form. Counts may be odd.
 *
 * A number x with residues x_i modulo q_0..q_(k-1) is sum(y_i * Q/q_i) - v * Q with y_i = x_i * (Q/q_i)^-1
 * modulo q_i and v = nearest(sum(y_i / q_i)): the representative of least magnitude, up to one Q when x is
 * within a rounding error of Q/2. (Halevi, Polyakov, Shoup 2018, with the quotient in floating point.)
 * @module
 */
import { both, mulmod, reduce } from './lanes';

/** y = x * c modulo q, and v[j] = [v[j] +] y / q: the first half, for one source limb. `first` overwrites v. */
export function convertDigit(
  y: usize, v: usize, x: usize, c: f64, first: i32, count: i32, modulus: f64, inverse: f64,
): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const w = f64x2.splat(c);
  const end = (<usize>count << 3) & ~15;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const digit = reduce(mulmod(v128.load(x + at), w, q, qi), q, qi);
    const part = f64x2.mul(digit, qi);
    v128.store(y + at, digit);
    v128.store(v + at, first ? part : f64x2.add(v128.load(v + at), part));
  }
  if (count & 1) {
    const digit = reduce(mulmod(both(x + at), w, q, qi), q, qi);
    const part = f64x2.mul(digit, qi);
    v128.store64_lane(y + at, digit, 0);
    v128.store64_lane(v + at, first ? part : f64x2.add(both(v + at), part), 0);
  }
}

/**
 * out = sum of y_i * d_i - nearest(v) * e modulo p: the second half, for one target limb.
 *
 * Bounds: |y_i| <= 0.51 * q_i < 2^47.1 whatever p is, and |d_i| <= p/2, so the quotient is below 2^46.1, its
 * error below 3 * 2^-53 * 2^46.1 = 0.03, and a product is at most 0.53 * p. Eight of them, and nearest(v) * e
 * with |nearest(v)| <= 4, |e| <= p/2, stay below 6.3 * p < 2^50.7.
 * @param digits `terms` pointers. @param factors `terms` doubles d_i. @param terms 1..8.
 */
export function convertLimb(
  out: usize, digits: usize, v: usize, factors: usize, e: f64, terms: i32, count: i32, modulus: f64, inverse: f64,
): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const wrap = f64x2.splat(e);
  const size = <usize>count << 3;
  const end = size & ~15;
  let at: usize = 0;
  for (; at < end; at += 16) {
    v128.store(out + at, digitSum(at, v128.load(v + at), digits, factors, terms, wrap, q, qi));
  }
  if (count & 1) {
    v128.store64_lane(out + at, lastDigitSum(at, both(v + at), digits, factors, terms, wrap, q, qi), 0);
  }
}

// @ts-ignore: decorator
@inline
function digitSum(at: usize, v: v128, digits: usize, factors: usize, terms: i32, wrap: v128, q: v128, qi: v128): v128 {
  let sum = f64x2.neg(f64x2.mul(f64x2.nearest(v), wrap));
  for (let k: i32 = 0; k < terms; k++) {
    const y = v128.load(<usize>load<u32>(digits + (<usize>k << 2)) + at);
    sum = f64x2.add(sum, mulmod(y, both(factors + (<usize>k << 3)), q, qi));
  }
  return reduce(sum, q, qi);
}

function lastDigitSum(at: usize, v: v128, digits: usize, factors: usize, terms: i32, wrap: v128, q: v128, qi: v128): v128 {
  let sum = f64x2.neg(f64x2.mul(f64x2.nearest(v), wrap));
  for (let k: i32 = 0; k < terms; k++) {
    const y = both(<usize>load<u32>(digits + (<usize>k << 2)) + at);
    sum = f64x2.add(sum, mulmod(y, both(factors + (<usize>k << 3)), q, qi));
  }
  return reduce(sum, q, qi);
}

/**
 * The whole conversion when there is one source limb: x reduced modulo q0, then modulo q. No products.
 * Bounds: |x| < 2^48, reductions only.
 */
export function convertOne(
  out: usize, x: usize, count: i32, source: f64, sourceInverse: f64, modulus: f64, inverse: f64,
): void {
  const q0 = f64x2.splat(source);
  const qi0 = f64x2.splat(sourceInverse);
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const end = (<usize>count << 3) & ~15;
  let at: usize = 0;
  for (; at < end; at += 16) {
    v128.store(out + at, reduce(reduce(v128.load(x + at), q0, qi0), q, qi));
  }
  if (count & 1) {
    v128.store64_lane(out + at, reduce(reduce(both(x + at), q0, qi0), q, qi), 0);
  }
}

/**
 * out = a * c + b * d modulo q, both factors balanced: one limb of a modulus switch, where b is the rounding
 * digit of the dropped limb, |b| < 2^48 whatever q is. Bounds: as `convertLimb`, 2 * 0.56 * q before the reduction.
 */
export function combine(
  out: usize, a: usize, c: f64, b: usize, d: f64, count: i32, modulus: f64, inverse: f64,
): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const wa = f64x2.splat(c);
  const wb = f64x2.splat(d);
  const end = (<usize>count << 3) & ~15;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const u = mulmod(v128.load(a + at), wa, q, qi);
    const v = mulmod(v128.load(b + at), wb, q, qi);
    v128.store(out + at, reduce(f64x2.add(u, v), q, qi));
  }
  if (count & 1) {
    const u = mulmod(both(a + at), wa, q, qi);
    const v = mulmod(both(b + at), wb, q, qi);
    v128.store64_lane(out + at, reduce(f64x2.add(u, v), q, qi), 0);
  }
}
