/**
 * Sums of many products on one limb, the loops that both users live on. Operand addresses come as lists of
 * 32-bit pointers; eight coefficients (one cache line) of every operand are consumed before the next eight.
 * @module
 */
import { both, mulmod, reduce } from './lanes';

/**
 * out = [out +] sum of a_k * b_k over `terms` pairs, all full length.
 *
 * Bounds, q < 2^48, balanced operands: each product is at most 0.529 * q and 32 of them, with `out`, below
 * 17.5 * q < 2^52.2: one reduction at the end. The caller splits longer sums.
 * @param terms 1..32. @param accumulate 1 to add to `out`, 0 to overwrite it.
 */
export function innerProduct(
  out: usize, as: usize, bs: usize, terms: i32, accumulate: i32, n: i32, modulus: f64, inverse: f64,
): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const list = as + (<usize>terms << 2);
  for (let at: usize = 0, size = <usize>n << 3; at < size; at += 64) {
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    if (accumulate) {
      s0 = v128.load(out + at, 0);
      s1 = v128.load(out + at, 16);
      s2 = v128.load(out + at, 32);
      s3 = v128.load(out + at, 48);
    }
    for (let k = as, l = bs; k < list; k += 4, l += 4) {
      const a = <usize>load<u32>(k) + at;
      const b = <usize>load<u32>(l) + at;
      s0 = f64x2.add(s0, mulmod(v128.load(a, 0), v128.load(b, 0), q, qi));
      s1 = f64x2.add(s1, mulmod(v128.load(a, 16), v128.load(b, 16), q, qi));
      s2 = f64x2.add(s2, mulmod(v128.load(a, 32), v128.load(b, 32), q, qi));
      s3 = f64x2.add(s3, mulmod(v128.load(a, 48), v128.load(b, 48), q, qi));
    }
    v128.store(out + at, reduce(s0, q, qi), 0);
    v128.store(out + at, reduce(s1, q, qi), 16);
    v128.store(out + at, reduce(s2, q, qi), 32);
    v128.store(out + at, reduce(s3, q, qi), 48);
  }
}

/**
 * out = [out +] sum of x_k * w_k where w_k is constant on runs of `run` coefficients (periodic weights in
 * evaluation form), any q < 2^48. Weights: shape [N / run, terms], balanced.
 * Bounds: as `innerProduct`.
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
  for (let start: usize = 0; start < size; start += length, weights += <usize>terms << 3) {
    for (let at = start, end = start + length; at < end; at += 64) {
      let s0 = f64x2.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      if (accumulate) {
        s0 = v128.load(out + at, 0);
        s1 = v128.load(out + at, 16);
        s2 = v128.load(out + at, 32);
        s3 = v128.load(out + at, 48);
      }
      for (let k = xs, l = weights; k < list; k += 4, l += 8) {
        const x = <usize>load<u32>(k) + at;
        const w = both(l);
        s0 = f64x2.add(s0, mulmod(v128.load(x, 0), w, q, qi));
        s1 = f64x2.add(s1, mulmod(v128.load(x, 16), w, q, qi));
        s2 = f64x2.add(s2, mulmod(v128.load(x, 32), w, q, qi));
        s3 = f64x2.add(s3, mulmod(v128.load(x, 48), w, q, qi));
      }
      v128.store(out + at, reduce(s0, q, qi), 0);
      v128.store(out + at, reduce(s1, q, qi), 16);
      v128.store(out + at, reduce(s2, q, qi), 32);
      v128.store(out + at, reduce(s3, q, qi), 48);
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
