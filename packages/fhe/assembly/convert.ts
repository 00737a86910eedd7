/**
 * Between bases: one limb out of several, coefficient form.
 *
 * A number x with residues x_i modulo q_0..q_(k-1) is sum(y_i * Q/q_i) - v * Q with y_i = x_i * (Q/q_i)^-1
 * modulo q_i and v = nearest(sum(y_i / q_i)): the representative of least magnitude, up to one Q when x is
 * within a rounding error of Q/2. (Halevi, Polyakov, Shoup 2018, with the quotient in floating point.)
 * @module
 */
import { both, mulmod, quotient, reduce, remainder } from './lanes';

/** y = x * c modulo q, and v = [v +] y / q: the first half, for one source limb. `first` overwrites v. */
export function convertDigit(
  y: usize, v: usize, x: usize, c: f64, first: i32, n: i32, modulus: f64, inverse: f64,
): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const w = f64x2.splat(c);
  for (const end = y + (<usize>n << 3); y < end; y += 16, v += 16, x += 16) {
    const digit = reduce(mulmod(v128.load(x), w, q, qi), q, qi);
    const part = f64x2.mul(digit, qi);
    v128.store(y, digit);
    v128.store(v, first ? part : f64x2.add(v128.load(v), part));
  }
}

/**
 * out = sum of y_i * d_i - nearest(v) * e modulo p: the second half, for one target limb, as `forward` takes it.
 *
 * Bounds: |y_i| <= 0.51 * q_i < 2^47.1 whatever p is, and |d_i| <= p/2, so the quotient is below 2^46.1, its
 * error below 3 * 2^-53 * 2^46.1 = 0.03, and a product is at most 0.53 * p. Eight of them, and nearest(v) * e
 * with |nearest(v)| <= 4, |e| <= p/2, stay below 6.3 * p < 2^50.7; not reduced.
 * @param digits `terms` pointers. @param factors `terms` doubles d_i. @param terms 1..8.
 */
export function convertLimb(
  out: usize, digits: usize, v: usize, factors: usize, e: f64, terms: i32, n: i32, modulus: f64, inverse: f64,
): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const wrap = f64x2.splat(-e);
  for (let at: usize = 0, size = <usize>n << 3; at < size; at += 32) {
    let s0 = f64x2.mul(f64x2.nearest(v128.load(v + at, 0)), wrap);
    let s1 = f64x2.mul(f64x2.nearest(v128.load(v + at, 16)), wrap);
    for (let k: i32 = 0; k < terms; k++) {
      const y = <usize>load<u32>(digits + (<usize>k << 2)) + at;
      const d = both(factors + (<usize>k << 3));
      const di = f64x2.mul(d, qi);
      const y0 = v128.load(y, 0);
      const y1 = v128.load(y, 16);
      const h0 = f64x2.mul(y0, d);
      const h1 = f64x2.mul(y1, d);
      const k0 = quotient(y0, di);
      const k1 = quotient(y1, di);
      const l0 = remainder(y0, d, h0);
      const l1 = remainder(y1, d, h1);
      s0 = f64x2.add(s0, f64x2.sub(remainder(k0, q, h0), l0));
      s1 = f64x2.add(s1, f64x2.sub(remainder(k1, q, h1), l1));
    }
    v128.store(out + at, s0, 0);
    v128.store(out + at, s1, 16);
  }
}

/**
 * out = a * c + b * d modulo q, both factors balanced: one limb of a modulus switch, where b is the rounding
 * digit of the dropped limb, |b| < 2^48 whatever q is. `count` may be odd. Bounds: as `convertLimb`, 2 * 0.56 * q before the reduction.
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
