/**
 * Forward negacyclic transform: coefficients to values, in the order of `src/ring/poly.ts`
 * (Cooley-Tukey with the roots in bit-reversed order; Longa, Naehrig 2016), two stages in one pass (radix 4).
 *
 * Bounds, q < 2^48. Base conversions leave their results to this transform unreduced: |input| <= 6.3 * q, or at most
 * 2^47 whatever q is, when they are residues of another modulus. A stage adds to a value of at most g * q the product of
 * such a value with a root of at most q/2: g' = g + 1/2 + g * 3/64 * q/2^48. After 15 stages (N = 2^15) g < 23.2, or
 * g * q < 11.6 * 2^48, in both cases below 2^52.6; the last pass reduces, and the output is balanced. Nothing is reduced
 * in between.
 * @module
 */
import { both, highs, lows, mulmod, quotient, reduce, remainder } from './lanes';

/** Blocks of this many bytes stay in the first-level cache while all their remaining stages are done. */
const cached: usize = 16384;

/**
 * @param out N doubles. @param x N doubles, may be `out`. @param n N >= 64.
 * @param roots N doubles, see `src/kernel/wasm-tables.ts`.
 */
export function forward(out: usize, x: usize, n: i32, roots: usize, modulus: f64, inverse: f64): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const odd = (ctz(n) & 1) != 0;
  let size = (<usize>n) << 3;
  // The first pass reads x, the others work in place.
  if (odd) radix2(out, x, size >> 1, both(roots + 8), q, qi);
  else radix4(out, x, size >> 2, roots, 1, q, qi);
  let groups: usize = odd ? 2 : 4;
  size = odd ? size >> 1 : size >> 2;
  for (; size > cached; size >>= 2, groups <<= 2) {
    for (let g: usize = 0; g < groups; g++) radix4(out + g * size, out + g * size, size >> 2, roots, groups + g, q, qi);
  }
  for (let g: usize = 0; g < groups; g++) {
    const block = out + g * size;
    let part = size;
    let first = groups + g;
    let count: usize = 1;
    for (; part > 32; part >>= 2, first <<= 2, count <<= 2) {
      for (let i: usize = 0; i < count; i++) radix4(block + i * part, block + i * part, part >> 2, roots, first + i, q, qi);
    }
    lastTwo(block, count, roots + (first << 3), roots + (<usize>n << 2) + (((first << 3) - (<usize>n << 1)) << 1), q, qi);
  }
}

/** One stage: halves of `half` bytes, one root. */
function radix2(out: usize, x: usize, half: usize, w: v128, q: v128, qi: v128): void {
  for (const end = out + half; out < end; out += 16, x += 16) {
    const u = v128.load(x);
    const v = mulmod(v128.load(x + half), w, q, qi);
    v128.store(out, f64x2.add(u, v));
    v128.store(out + half, f64x2.sub(u, v));
  }
}

/**
 * Two stages on four quarters of `quarter` bytes (a multiple of 32): roots number i, 2i and 2i + 1.
 * The two products of a stage are written step by step side by side: an engine emits them in this order, and
 * the processor then always has a second chain to work on while the first waits (9 % in Node 24 on Zen 4).
 */
// @ts-ignore: decorator
@inline
function radix4(out: usize, x: usize, quarter: usize, roots: usize, i: usize, q: v128, qi: v128): void {
  const w1 = both(roots + (i << 3));
  const w2 = both(roots + (i << 4));
  const w3 = both(roots + (i << 4) + 8);
  const i1 = f64x2.mul(w1, qi);
  const i2 = f64x2.mul(w2, qi);
  const i3 = f64x2.mul(w3, qi);
  const from = x - out;
  let a = out;
  let b = a + quarter;
  let c = b + quarter;
  let d = c + quarter;
  for (const end = b; a < end; a += 32, b += 32, c += 32, d += 32) {
    cross(a, b, c, d, from, 0, w1, w2, w3, i1, i2, i3, q);
    cross(a, b, c, d, from, 16, w1, w2, w3, i1, i2, i3, q);
  }
}

// @ts-ignore: decorator
@inline
function cross(
  a: usize, b: usize, c: usize, d: usize, from: usize, at: usize,
  w1: v128, w2: v128, w3: v128, i1: v128, i2: v128, i3: v128, q: v128,
): void {
  const x0 = v128.load(a + from + at);
  const x1 = v128.load(b + from + at);
  const x2 = v128.load(c + from + at);
  const x3 = v128.load(d + from + at);
  const h2 = f64x2.mul(x2, w1);
  const h3 = f64x2.mul(x3, w1);
  const k2 = quotient(x2, i1);
  const k3 = quotient(x3, i1);
  const l2 = remainder(x2, w1, h2);
  const l3 = remainder(x3, w1, h3);
  const m2 = remainder(k2, q, h2);
  const m3 = remainder(k3, q, h3);
  const u = f64x2.sub(m2, l2);
  const v = f64x2.sub(m3, l3);
  const y1 = f64x2.add(x1, v);
  const y3 = f64x2.sub(x1, v);
  const y0 = f64x2.add(x0, u);
  const y2 = f64x2.sub(x0, u);
  const g1 = f64x2.mul(y1, w2);
  const g3 = f64x2.mul(y3, w3);
  const j1 = quotient(y1, i2);
  const j3 = quotient(y3, i3);
  const n1 = remainder(y1, w2, g1);
  const n3 = remainder(y3, w3, g3);
  const o1 = remainder(j1, q, g1);
  const o3 = remainder(j3, q, g3);
  const r = f64x2.sub(o1, n1);
  const s = f64x2.sub(o3, n3);
  v128.store(a + at, f64x2.add(y0, r));
  v128.store(b + at, f64x2.sub(y0, r));
  v128.store(c + at, f64x2.add(y2, s));
  v128.store(d + at, f64x2.sub(y2, s));
}

/**
 * The stages of distance 2 and 1 on `count` groups of four values, two groups at a time with their values
 * interleaved, and the reduction of the result. `outer` has one root for each group, `inner` two, stored as
 * pairs for two groups (first roots, then second roots). `count` is even.
 */
// @ts-expect-error: decorator
@inline
function lastTwo(x: usize, count: usize, outer: usize, inner: usize, q: v128, qi: v128): void {
  for (const end = x + (count << 5); x < end; x += 64, outer += 16, inner += 32) {
    const a = v128.load(x, 0);
    const b = v128.load(x, 16);
    const c = v128.load(x, 32);
    const d = v128.load(x, 48);
    const w1 = v128.load(outer);
    const w2 = v128.load(inner, 0);
    const w3 = v128.load(inner, 16);
    const i1 = f64x2.mul(w1, qi);
    const i2 = f64x2.mul(w2, qi);
    const i3 = f64x2.mul(w3, qi);
    const x0 = lows(a, c);
    const x1 = highs(a, c);
    const x2 = lows(b, d);
    const x3 = highs(b, d);
    const h2 = f64x2.mul(x2, w1);
    const h3 = f64x2.mul(x3, w1);
    const k2 = quotient(x2, i1);
    const k3 = quotient(x3, i1);
    const l2 = remainder(x2, w1, h2);
    const l3 = remainder(x3, w1, h3);
    const m2 = remainder(k2, q, h2);
    const m3 = remainder(k3, q, h3);
    const u = f64x2.sub(m2, l2);
    const v = f64x2.sub(m3, l3);
    const y1 = f64x2.add(x1, v);
    const y3 = f64x2.sub(x1, v);
    const y0 = f64x2.add(x0, u);
    const y2 = f64x2.sub(x0, u);
    const g1 = f64x2.mul(y1, w2);
    const g3 = f64x2.mul(y3, w3);
    const j1 = quotient(y1, i2);
    const j3 = quotient(y3, i3);
    const n1 = remainder(y1, w2, g1);
    const n3 = remainder(y3, w3, g3);
    const o1 = remainder(j1, q, g1);
    const o3 = remainder(j3, q, g3);
    const r = f64x2.sub(o1, n1);
    const s = f64x2.sub(o3, n3);
    const z0 = reduce(f64x2.add(y0, r), q, qi);
    const z1 = reduce(f64x2.sub(y0, r), q, qi);
    const z2 = reduce(f64x2.add(y2, s), q, qi);
    const z3 = reduce(f64x2.sub(y2, s), q, qi);
    v128.store(x, lows(z0, z1), 0);
    v128.store(x, lows(z2, z3), 16);
    v128.store(x, highs(z0, z1), 32);
    v128.store(x, highs(z2, z3), 48);
  }
}
