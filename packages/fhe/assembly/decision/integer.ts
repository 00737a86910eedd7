/**
 * The kernel that was not chosen: four 32-bit lanes, primes below 2^30, Shoup products, lazy 64-bit sums.
 * Only the loops that decide are here, in the same shape as those of `packages/fhe/assembly/` (radix 4, cache
 * blocks, sums eight coefficients at a time), so that the measurement compares kernels and not effort.
 * @module
 */

// @ts-ignore: decorator
@inline
function upper(a: v128, b: v128): v128 {
  // The upper halves of the four 64-bit products.
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}

/** x * w modulo q in [0, 2q), for any x < 2^32; `ws` = floor(w * 2^32 / q). Harvey 2014. */
// @ts-ignore: decorator
@inline
function product(x: v128, w: v128, ws: v128, q: v128): v128 {
  return i32x4.sub(i32x4.mul(x, w), i32x4.mul(upper(x, ws), q));
}

// @ts-ignore: decorator
@inline
function below(x: v128, bound: v128): v128 {
  return i32x4.min_u(x, i32x4.sub(x, bound));
}

const cached: usize = 16384;

/** @param roots N pairs of 32-bit words: first all w, then all floor(w * 2^32 / q). Input and output in [0, q). */
export function forward(x: usize, n: i32, roots: usize, modulus: i32): void {
  const q = i32x4.splat(modulus);
  const q2 = i32x4.splat(modulus << 1);
  const shoup = roots + (<usize>n << 2);
  let size = (<usize>n) << 2;
  let groups: usize = 1;
  if (ctz(n) & 1) {
    const w = v128.load32_splat(roots + 4);
    const ws = v128.load32_splat(shoup + 4);
    const half = size >> 1;
    for (let a = x, b = x + half, end = b; a < end; a += 16, b += 16) {
      const u = v128.load(a);
      const v = product(v128.load(b), w, ws, q);
      v128.store(a, i32x4.add(u, v));
      v128.store(b, i32x4.add(i32x4.sub(u, v), q2));
    }
    size >>= 1;
    groups = 2;
  }
  for (; size > cached; size >>= 2, groups <<= 2) {
    for (let g: usize = 0; g < groups; g++) radix4(x + g * size, size >> 2, roots, shoup, groups + g, q, q2);
  }
  for (let g: usize = 0; g < groups; g++) {
    const block = x + g * size;
    let part = size;
    let first = groups + g;
    let count: usize = 1;
    for (; part > 16; part >>= 2, first <<= 2, count <<= 2) {
      for (let i: usize = 0; i < count; i++) radix4(block + i * part, part >> 2, roots, shoup, first + i, q, q2);
    }
    lastTwo(block, count, roots, shoup, first, q, q2);
  }
}

// @ts-ignore: decorator
@inline
function radix4(x: usize, quarter: usize, roots: usize, shoup: usize, i: usize, q: v128, q2: v128): void {
  const w1 = v128.load32_splat(roots + (i << 2));
  const w2 = v128.load32_splat(roots + (i << 3));
  const w3 = v128.load32_splat(roots + (i << 3) + 4);
  const s1 = v128.load32_splat(shoup + (i << 2));
  const s2 = v128.load32_splat(shoup + (i << 3));
  const s3 = v128.load32_splat(shoup + (i << 3) + 4);
  let a = x;
  let b = x + quarter;
  let c = b + quarter;
  let d = c + quarter;
  for (const end = b; a < end; a += 16, b += 16, c += 16, d += 16) {
    const x0 = below(v128.load(a), q2);
    const x1 = below(v128.load(b), q2);
    const u = product(v128.load(c), w1, s1, q);
    const v = product(v128.load(d), w1, s1, q);
    const y0 = below(i32x4.add(x0, u), q2);
    const y2 = below(i32x4.add(i32x4.sub(x0, u), q2), q2);
    const r = product(i32x4.add(x1, v), w2, s2, q);
    const s = product(i32x4.add(i32x4.sub(x1, v), q2), w3, s3, q);
    v128.store(a, i32x4.add(y0, r));
    v128.store(b, i32x4.add(i32x4.sub(y0, r), q2));
    v128.store(c, i32x4.add(y2, s));
    v128.store(d, i32x4.add(i32x4.sub(y2, s), q2));
  }
}

/** Distances 2 and 1: four groups of four, transposed, so that each group is a lane. Roots stored as they come. */
// @ts-ignore: decorator
@inline
function lastTwo(x: usize, count: usize, roots: usize, shoup: usize, first: usize, q: v128, q2: v128): void {
  let outer = first << 2;
  for (const end = x + (count << 4); x < end; x += 64, outer += 16) {
    const a = v128.load(x, 0);
    const b = v128.load(x, 16);
    const c = v128.load(x, 32);
    const d = v128.load(x, 48);
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const AB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const CD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    const x0 = below(v128.shuffle<i64>(ab, cd, 0, 2), q2);
    const x1 = below(v128.shuffle<i64>(ab, cd, 1, 3), q2);
    const x2 = v128.shuffle<i64>(AB, CD, 0, 2);
    const x3 = v128.shuffle<i64>(AB, CD, 1, 3);
    const w1 = v128.load(roots + outer);
    const s1 = v128.load(shoup + outer);
    const inner = outer << 1;
    const e0 = v128.load(roots + inner, 0);
    const e1 = v128.load(roots + inner, 16);
    const f0 = v128.load(shoup + inner, 0);
    const f1 = v128.load(shoup + inner, 16);
    const w2 = v128.shuffle<i32>(e0, e1, 0, 2, 4, 6);
    const w3 = v128.shuffle<i32>(e0, e1, 1, 3, 5, 7);
    const s2 = v128.shuffle<i32>(f0, f1, 0, 2, 4, 6);
    const s3 = v128.shuffle<i32>(f0, f1, 1, 3, 5, 7);
    const u = product(x2, w1, s1, q);
    const v = product(x3, w1, s1, q);
    const y0 = i32x4.add(x0, u);
    const y2 = i32x4.add(i32x4.sub(x0, u), q2);
    const y0b = below(y0, q2);
    const y2b = below(y2, q2);
    const r = product(i32x4.add(x1, v), w2, s2, q);
    const s = product(i32x4.add(i32x4.sub(x1, v), q2), w3, s3, q);
    const z0 = below(below(i32x4.add(y0b, r), q2), q);
    const z1 = below(below(i32x4.add(i32x4.sub(y0b, r), q2), q2), q);
    const z2 = below(below(i32x4.add(y2b, s), q2), q);
    const z3 = below(below(i32x4.add(i32x4.sub(y2b, s), q2), q2), q);
    const p = v128.shuffle<i32>(z0, z1, 0, 4, 1, 5);
    const P = v128.shuffle<i32>(z0, z1, 2, 6, 3, 7);
    const t = v128.shuffle<i32>(z2, z3, 0, 4, 1, 5);
    const T = v128.shuffle<i32>(z2, z3, 2, 6, 3, 7);
    v128.store(x, v128.shuffle<i64>(p, t, 0, 2), 0);
    v128.store(x, v128.shuffle<i64>(p, t, 1, 3), 16);
    v128.store(x, v128.shuffle<i64>(P, T, 0, 2), 32);
    v128.store(x, v128.shuffle<i64>(P, T, 1, 3), 48);
  }
}

/** (s0, s1) / 2^32 modulo q in [0, q): Montgomery reduction of four 64-bit sums below q * 2^32. */
// @ts-ignore: decorator
@inline
function reduced(low: v128, high: v128, q: v128, negativeInverse: v128): v128 {
  const m = i32x4.mul(v128.shuffle<i32>(low, high, 0, 2, 4, 6), negativeInverse);
  const l = i64x2.add(low, i64x2.extmul_low_i32x4_u(m, q));
  const h = i64x2.add(high, i64x2.extmul_high_i32x4_u(m, q));
  return below(v128.shuffle<i32>(l, h, 1, 3, 5, 7), q);
}

/** out = sum of a_k * b_k / 2^32: the operands b are kept in Montgomery form. */
export function innerProduct(out: usize, as: usize, bs: usize, terms: i32, n: i32, modulus: i32, inverse: i32): void {
  const q = i32x4.splat(modulus);
  const qi = i32x4.splat(inverse);
  const list = as + (<usize>terms << 2);
  for (let at: usize = 0, size = <usize>n << 2; at < size; at += 32) {
    let s0 = i64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let k = as, l = bs; k < list; k += 4, l += 4) {
      const a = <usize>load<u32>(k) + at;
      const b = <usize>load<u32>(l) + at;
      const a0 = v128.load(a, 0);
      const b0 = v128.load(b, 0);
      const a1 = v128.load(a, 16);
      const b1 = v128.load(b, 16);
      s0 = i64x2.add(s0, i64x2.extmul_low_i32x4_u(a0, b0));
      s1 = i64x2.add(s1, i64x2.extmul_high_i32x4_u(a0, b0));
      s2 = i64x2.add(s2, i64x2.extmul_low_i32x4_u(a1, b1));
      s3 = i64x2.add(s3, i64x2.extmul_high_i32x4_u(a1, b1));
    }
    v128.store(out + at, reduced(s0, s1, q, qi), 0);
    v128.store(out + at, reduced(s2, s3, q, qi), 16);
  }
}

/** out = sum of x_k * w_k / 2^32, w_k constant on `run` coefficients. Weights: shape [N / run, terms]. */
export function runProduct(
  out: usize, xs: usize, weights: usize, terms: i32, run: i32, n: i32, modulus: i32, inverse: i32,
): void {
  const q = i32x4.splat(modulus);
  const qi = i32x4.splat(inverse);
  const list = xs + (<usize>terms << 2);
  const size = <usize>n << 2;
  const length = <usize>run << 2;
  for (let start: usize = 0; start < size; start += length, weights += <usize>terms << 2) {
    for (let at = start, end = start + length; at < end; at += 32) {
      let s0 = i64x2.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      for (let k = xs, l = weights; k < list; k += 4, l += 4) {
        const x = <usize>load<u32>(k) + at;
        const w = v128.load32_splat(l);
        const x0 = v128.load(x, 0);
        const x1 = v128.load(x, 16);
        s0 = i64x2.add(s0, i64x2.extmul_low_i32x4_u(x0, w));
        s1 = i64x2.add(s1, i64x2.extmul_high_i32x4_u(x0, w));
        s2 = i64x2.add(s2, i64x2.extmul_low_i32x4_u(x1, w));
        s3 = i64x2.add(s3, i64x2.extmul_high_i32x4_u(x1, w));
      }
      v128.store(out + at, reduced(s0, s1, q, qi), 0);
      v128.store(out + at, reduced(s2, s3, q, qi), 16);
    }
  }
}
