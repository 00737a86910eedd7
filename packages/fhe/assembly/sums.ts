/**
 * Sums of many products on one limb, the loops that both users live on. Operand addresses come as lists of
 * 32-bit pointers; eight coefficients (one cache line) of every operand are consumed before the next eight.
 * @module
 */
import { both, mulmod, quotient, reduce, remainder } from './lanes';

/** Where upper sums start: every value in [2^101, 2^102) is a multiple of 2^49, so products round to multiples of it. */
const start: f64 = 3802951800684688204490109616128.0; // 1.5 * 2^101
/** 2^-49. */
const unit: f64 = 1.7763568394002505e-15;

/**
 * One term x * w of a sum that is kept as upper + lower without any reduction, four operations (relaxed form):
 * upper' = upper + x * w rounded to a multiple of 2^49; the part lost, x * w + (upper - upper'), is exact.
 *
 * Bounds, q < 2^48, balanced operands, at most 30 terms: |x * w| <= 0.3025 * 2^96 < 2^94.3, so upper stays within
 * 2^99.3 of its start, inside [2^101, 2^102); upper - upper' is a multiple of 2^49 below 2^95, exact; the part lost
 * is an integer of at most 2^48, and 30 of them with `out` (0.55 * 2^48) stay below 30.6 * 2^48.
 */
// @ts-ignore: decorator
@inline
function raised(upper: v128, x: v128, w: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return v128.relaxed_madd<f64>(x, w, upper);
  } else {
    return upper;
  }
}

/** The lower half of the same term; in the plain form all of it, reduced. */
// @ts-ignore: decorator
@inline
function lowered(lower: v128, before: v128, after: v128, x: v128, w: v128, q: v128, qi: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return f64x2.add(lower, v128.relaxed_madd<f64>(x, w, f64x2.sub(before, after)));
  } else {
    return f64x2.add(lower, mulmod(x, w, q, qi));
  }
}

/**
 * The sum modulo q, from its halves.
 *
 * Bounds: |upper - start| <= 30 * 0.3025 * q^2 + 30 * 2^48, so the quotient is below 2^51.3 and, after three roundings,
 * within 1/2 + 0.6 of the exact one: the remainder is an integer of at most 1.1 * q, exact when fused, and with `lower`
 * stays below 31.7 * 2^48 < 2^53.
 */
// @ts-ignore: decorator
@inline
function settled(upper: v128, lower: v128, q: v128, qi: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    const sum = f64x2.sub(upper, f64x2.splat(start));
    return reduce(f64x2.add(remainder(quotient(sum, qi), q, sum), lower), q, qi);
  } else {
    return reduce(lower, q, qi);
  }
}

/**
 * out_o = [out_o +] sum of x_k * w_ok over `terms` pairs, all full length: several sums of the same inputs, each input
 * read from memory once. `ws` has the pointers of the first sum, then of the second, ...
 *
 * Bounds: see `raised`. In the plain form each product is reduced at once, to at most 0.529 * q, and 30 of them,
 * with `out`, stay below 17 * q < 2^52.1. The caller splits longer sums.
 * @param terms 1..30. @param accumulate 1 to add to the outputs, 0 to overwrite them.
 */
export function innerProducts(
  outs: usize, xs: usize, ws: usize, sums: i32, terms: i32, accumulate: i32, n: i32, modulus: f64, inverse: f64,
): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const list = xs + (<usize>terms << 2);
  const last = outs + (<usize>sums << 2);
  for (let at: usize = 0, size = <usize>n << 3; at < size; at += 64) {
    let l = ws;
    for (let o = outs; o < last; o += 4) {
      const out = <usize>load<u32>(o) + at;
      let s0 = f64x2.splat(start);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      let t0 = f64x2.splat(0);
      let t1 = t0;
      let t2 = t0;
      let t3 = t0;
      if (accumulate) {
        t0 = v128.load(out, 0);
        t1 = v128.load(out, 16);
        t2 = v128.load(out, 32);
        t3 = v128.load(out, 48);
      }
      for (let k = xs; k < list; k += 4, l += 4) {
        const a = <usize>load<u32>(k) + at;
        const b = <usize>load<u32>(l) + at;
        const a0 = v128.load(a, 0);
        const b0 = v128.load(b, 0);
        const r0 = raised(s0, a0, b0);
        t0 = lowered(t0, s0, r0, a0, b0, q, qi);
        s0 = r0;
        const a1 = v128.load(a, 16);
        const b1 = v128.load(b, 16);
        const r1 = raised(s1, a1, b1);
        t1 = lowered(t1, s1, r1, a1, b1, q, qi);
        s1 = r1;
        const a2 = v128.load(a, 32);
        const b2 = v128.load(b, 32);
        const r2 = raised(s2, a2, b2);
        t2 = lowered(t2, s2, r2, a2, b2, q, qi);
        s2 = r2;
        const a3 = v128.load(a, 48);
        const b3 = v128.load(b, 48);
        const r3 = raised(s3, a3, b3);
        t3 = lowered(t3, s3, r3, a3, b3, q, qi);
        s3 = r3;
      }
      v128.store(out, settled(s0, t0, q, qi), 0);
      v128.store(out, settled(s1, t1, q, qi), 16);
      v128.store(out, settled(s2, t2, q, qi), 32);
      v128.store(out, settled(s3, t3, q, qi), 48);
    }
  }
}

/**
 * out = [out +] sum of x_k * w_k where w_k is constant on runs of `run` coefficients (periodic weights in
 * evaluation form), any q < 2^48. Weights: shape [N / run, terms], balanced.
 * Bounds and parameters: as `innerProducts`.
 * @param run a multiple of 8.
 */
export function runProduct(
  out: usize, xs: usize, weights: usize, terms: i32, run: i32, accumulate: i32, n: i32, modulus: f64, inverse: f64,
): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const list = xs + (<usize>terms << 2);
  const size = <usize>n << 3;
  const length = <usize>run << 3;
  for (let first: usize = 0; first < size; first += length, weights += <usize>terms << 3) {
    for (let at = first, end = first + length; at < end; at += 64) {
      let s0 = f64x2.splat(start);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      let t0 = f64x2.splat(0);
      let t1 = t0;
      let t2 = t0;
      let t3 = t0;
      if (accumulate) {
        t0 = v128.load(out + at, 0);
        t1 = v128.load(out + at, 16);
        t2 = v128.load(out + at, 32);
        t3 = v128.load(out + at, 48);
      }
      for (let k = xs, l = weights; k < list; k += 4, l += 8) {
        const x = <usize>load<u32>(k) + at;
        const w = both(l);
        const a0 = v128.load(x, 0);
        const r0 = raised(s0, a0, w);
        t0 = lowered(t0, s0, r0, a0, w, q, qi);
        s0 = r0;
        const a1 = v128.load(x, 16);
        const r1 = raised(s1, a1, w);
        t1 = lowered(t1, s1, r1, a1, w, q, qi);
        s1 = r1;
        const a2 = v128.load(x, 32);
        const r2 = raised(s2, a2, w);
        t2 = lowered(t2, s2, r2, a2, w, q, qi);
        s2 = r2;
        const a3 = v128.load(x, 48);
        const r3 = raised(s3, a3, w);
        t3 = lowered(t3, s3, r3, a3, w, q, qi);
        s3 = r3;
      }
      v128.store(out + at, settled(s0, t0, q, qi), 0);
      v128.store(out + at, settled(s1, t1, q, qi), 16);
      v128.store(out + at, settled(s2, t2, q, qi), 32);
      v128.store(out + at, settled(s3, t3, q, qi), 48);
    }
  }
}

/**
 * The same sum for q < 2^30, with each weight split as w = w1 * 2^15 + w0, |w0| <= 2^14, |w1| <= 2^14: both
 * partial sums stay exact integers without any reduction, so a term costs two multiply-adds.
 *
 * Bounds: |x| <= 0.55 * 2^30, |x * w0|, |x * w1| <= 2^43.2; 512 terms with the start value stay below 2^52.3.
 * At the end sum1 * 2^15 modulo q is one modular product (c * q^2 <= 2^52.3 * 2^29, quotient below 2^53) and
 * the total is below 2^53 again. Fused or not makes no difference: every intermediate is exact.
 * Weights: shape [N / run, terms, 2], (w1, w0).
 * @param terms 1..512. @param shift 2^15 modulo q, balanced.
 */
export function runProductSmall(
  out: usize, xs: usize, weights: usize, terms: i32, run: i32, accumulate: i32, n: i32, shift: f64, modulus: f64, inverse: f64,
): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const w15 = f64x2.splat(shift);
  const list = xs + (<usize>terms << 2);
  const size = <usize>n << 3;
  const length = <usize>run << 3;
  for (let start: usize = 0; start < size; start += length, weights += <usize>terms << 4) {
    for (let at = start, end = start + length; at < end; at += 64) {
      let s0 = f64x2.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      let t0 = s0;
      let t1 = s0;
      let t2 = s0;
      let t3 = s0;
      if (accumulate) {
        t0 = v128.load(out + at, 0);
        t1 = v128.load(out + at, 16);
        t2 = v128.load(out + at, 32);
        t3 = v128.load(out + at, 48);
      }
      for (let k = xs, l = weights; k < list; k += 4, l += 16) {
        const x = <usize>load<u32>(k) + at;
        const w1 = both(l);
        const w0 = both(l + 8);
        const x0 = v128.load(x, 0);
        const x1 = v128.load(x, 16);
        const x2 = v128.load(x, 32);
        const x3 = v128.load(x, 48);
        s0 = exactAdd(x0, w1, s0);
        t0 = exactAdd(x0, w0, t0);
        s1 = exactAdd(x1, w1, s1);
        t1 = exactAdd(x1, w0, t1);
        s2 = exactAdd(x2, w1, s2);
        t2 = exactAdd(x2, w0, t2);
        s3 = exactAdd(x3, w1, s3);
        t3 = exactAdd(x3, w0, t3);
      }
      v128.store(out + at, joined(s0, t0, w15, q, qi), 0);
      v128.store(out + at, joined(s1, t1, w15, q, qi), 16);
      v128.store(out + at, joined(s2, t2, w15, q, qi), 32);
      v128.store(out + at, joined(s3, t3, w15, q, qi), 48);
    }
  }
}

/** sum + x * w where product and sum are integers below 2^53. */
// @ts-ignore: decorator
@inline
function exactAdd(x: v128, w: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return v128.relaxed_madd<f64>(x, w, sum);
  } else {
    return f64x2.add(sum, f64x2.mul(x, w));
  }
}

// @ts-ignore: decorator
@inline
function joined(s: v128, t: v128, w15: v128, q: v128, qi: v128): v128 {
  return reduce(f64x2.add(mulmod(s, w15, q, qi), reduce(t, q, qi)), q, qi);
}
