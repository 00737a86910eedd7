/**
 * Inverse negacyclic transform: values to coefficients, division by N included
 * (Gentleman-Sande with the inverse roots in bit-reversed order), two stages in one pass (radix 4).
 *
 * Bounds, q < 2^48, |input| <= 0.55 * q. With inputs of at most B * q a pass yields: a sum of four, reduced at
 * once (0.5 + 2^-46); a sum of two products; and two products of a difference of four, respectively two, with
 * a root. Products of g * q with a root are at most 1/2 + g * 3/64, so for B = 1.25: 2 * (1/2 + 2.5 * 3/64)
 * = 1.24, 1/2 + 5 * 3/64 = 0.74 and 1/2 + 1.24 * 3/64 = 0.56: B holds for the next pass. The largest value is
 * the sum of four, 5 * q < 2^50.4. The last pass multiplies by 1/N and reduces every output, to the
 * representative nearest zero: what is reduced is at most 1.24 * q, so its quotient is off by less than 2^-51, and no
 * x/q is nearer than 1/(2q) > 2^-49 to half an odd number.
 * @module
 */
import { both, highs, lows, mulmod, quotient, reduce, remainder } from './lanes';

/** Blocks of at most this many bytes stay in the first-level cache for all their stages. */
const cached: usize = 16384;

/**
 * @param out N doubles. @param x N doubles, may be `out`. @param n N >= 64.
 * @param roots N doubles: entry 0 is 1/N, see `src/kernel/wasm-tables.ts`.
 */
export function inverse(out: usize, x: usize, n: i32, roots: usize, modulus: f64, reciprocal: f64): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(reciprocal);
  const whole = (<usize>n) << 3;
  const odd = (ctz(n) & 1) != 0;
  let size = odd ? whole >> 1 : whole >> 2;
  let groups: usize = odd ? 2 : 4;
  for (; size > cached; size >>= 2) groups <<= 2;

  for (let g: usize = 0; g < groups; g++) {
    const block = out + g * size;
    let count = size >> 5;
    let first = ((groups + g) * count) << 3;
    firstTwo(block, x + g * size, count, roots + first, roots + (<usize>n << 2) + ((first - (<usize>n << 1)) << 1), q, qi);
    for (let part: usize = 128; part <= size; part <<= 2) {
      count >>= 2;
      first = (groups + g) * count;
      for (let i: usize = 0; i < count; i++) radix4(block + i * part, part >> 2, roots, first + i, q, qi);
    }
  }
  const last = odd ? whole >> 1 : whole >> 2;
  while (size < last) {
    size <<= 2;
    groups >>= 2;
    for (let g: usize = 0; g < groups; g++) radix4(out + g * size, size >> 2, roots, groups + g, q, qi);
  }
  if (odd) lastRadix2(out, whole >> 1, roots, q, qi);
  else lastRadix4(out, whole >> 2, roots, q, qi);
}

/** The stages of distance 1 and 2; groups and roots as in `forward.ts`, `lastTwo`. */
// @ts-ignore: decorator
@inline
function firstTwo(out: usize, x: usize, count: usize, outer: usize, inner: usize, q: v128, qi: v128): void {
  for (const end = x + (count << 5); x < end; out += 64, x += 64, outer += 16, inner += 32) {
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
    const y0 = f64x2.add(x0, x1);
    const d0 = f64x2.sub(x0, x1);
    const y2 = f64x2.add(x2, x3);
    const d2 = f64x2.sub(x2, x3);
    const h0 = f64x2.mul(d0, w2);
    const h2 = f64x2.mul(d2, w3);
    const k0 = quotient(d0, i2);
    const k2 = quotient(d2, i3);
    const l0 = remainder(d0, w2, h0);
    const l2 = remainder(d2, w3, h2);
    const m0 = remainder(k0, q, h0);
    const m2 = remainder(k2, q, h2);
    const y1 = f64x2.sub(m0, l0);
    const y3 = f64x2.sub(m2, l2);
    const e0 = f64x2.sub(y0, y2);
    const e1 = f64x2.sub(y1, y3);
    const g0 = f64x2.mul(e0, w1);
    const g1 = f64x2.mul(e1, w1);
    const j0 = quotient(e0, i1);
    const j1 = quotient(e1, i1);
    const n0 = remainder(e0, w1, g0);
    const n1 = remainder(e1, w1, g1);
    const o0 = remainder(j0, q, g0);
    const o1 = remainder(j1, q, g1);
    const z0 = reduce(f64x2.add(y0, y2), q, qi);
    const z1 = f64x2.add(y1, y3);
    const z2 = f64x2.sub(o0, n0);
    const z3 = f64x2.sub(o1, n1);
    v128.store(out, lows(z0, z1), 0);
    v128.store(out, lows(z2, z3), 16);
    v128.store(out, highs(z0, z1), 32);
    v128.store(out, highs(z2, z3), 48);
  }
}

/**
 * Two stages on four quarters of `quarter` bytes (a multiple of 32): roots number 2i, 2i + 1 and i. The order of
 * the lines is that of `forward.ts`, for the same reason.
 */
// @ts-ignore: decorator
@inline
function radix4(x: usize, quarter: usize, roots: usize, i: usize, q: v128, qi: v128): void {
  const w1 = both(roots + (i << 3));
  const w2 = both(roots + (i << 4));
  const w3 = both(roots + (i << 4) + 8);
  const i1 = f64x2.mul(w1, qi);
  const i2 = f64x2.mul(w2, qi);
  const i3 = f64x2.mul(w3, qi);
  let a = x;
  let b = x + quarter;
  let c = b + quarter;
  let d = c + quarter;
  for (const end = b; a < end; a += 32, b += 32, c += 32, d += 32) {
    cross(a, b, c, d, 0, w1, w2, w3, i1, i2, i3, q, qi);
    cross(a, b, c, d, 16, w1, w2, w3, i1, i2, i3, q, qi);
  }
}

// @ts-ignore: decorator
@inline
function cross(
  a: usize, b: usize, c: usize, d: usize, at: usize,
  w1: v128, w2: v128, w3: v128, i1: v128, i2: v128, i3: v128, q: v128, qi: v128,
): void {
  const x0 = v128.load(a + at);
  const x1 = v128.load(b + at);
  const x2 = v128.load(c + at);
  const x3 = v128.load(d + at);
  const y0 = f64x2.add(x0, x1);
  const d0 = f64x2.sub(x0, x1);
  const y2 = f64x2.add(x2, x3);
  const d2 = f64x2.sub(x2, x3);
  const h0 = f64x2.mul(d0, w2);
  const h2 = f64x2.mul(d2, w3);
  const k0 = quotient(d0, i2);
  const k2 = quotient(d2, i3);
  const l0 = remainder(d0, w2, h0);
  const l2 = remainder(d2, w3, h2);
  const m0 = remainder(k0, q, h0);
  const m2 = remainder(k2, q, h2);
  const y1 = f64x2.sub(m0, l0);
  const y3 = f64x2.sub(m2, l2);
  const e0 = f64x2.sub(y0, y2);
  const e1 = f64x2.sub(y1, y3);
  const g0 = f64x2.mul(e0, w1);
  const g1 = f64x2.mul(e1, w1);
  const j0 = quotient(e0, i1);
  const j1 = quotient(e1, i1);
  const n0 = remainder(e0, w1, g0);
  const n1 = remainder(e1, w1, g1);
  const o0 = remainder(j0, q, g0);
  const o1 = remainder(j1, q, g1);
  const z0 = reduce(f64x2.add(y0, y2), q, qi);
  const z1 = f64x2.add(y1, y3);
  const z2 = f64x2.sub(o0, n0);
  const z3 = f64x2.sub(o1, n1);
  v128.store(a + at, z0);
  v128.store(b + at, z1);
  v128.store(c + at, z2);
  v128.store(d + at, z3);
}

/** The last two stages, division by N included. */
function lastRadix4(x: usize, quarter: usize, roots: usize, q: v128, qi: v128): void {
  const n1 = both(roots);
  const w1 = both(roots + 8);
  const w1n = mulmod(w1, n1, q, qi);
  const w2n = mulmod(both(roots + 16), n1, q, qi);
  const w3n = mulmod(both(roots + 24), n1, q, qi);
  let a = x;
  let b = x + quarter;
  let c = b + quarter;
  let d = c + quarter;
  for (const end = b; a < end; a += 16, b += 16, c += 16, d += 16) {
    const x0 = v128.load(a);
    const x1 = v128.load(b);
    const x2 = v128.load(c);
    const x3 = v128.load(d);
    const y0 = f64x2.add(x0, x1);
    const y2 = f64x2.add(x2, x3);
    const y1 = mulmod(f64x2.sub(x0, x1), w2n, q, qi);
    const y3 = mulmod(f64x2.sub(x2, x3), w3n, q, qi);
    v128.store(a, reduce(mulmod(f64x2.add(y0, y2), n1, q, qi), q, qi));
    v128.store(b, reduce(f64x2.add(y1, y3), q, qi));
    v128.store(c, reduce(mulmod(f64x2.sub(y0, y2), w1n, q, qi), q, qi));
    v128.store(d, reduce(mulmod(f64x2.sub(y1, y3), w1, q, qi), q, qi));
  }
}

/** The last stage, division by N included. */
function lastRadix2(x: usize, half: usize, roots: usize, q: v128, qi: v128): void {
  const n1 = both(roots);
  const w1n = mulmod(both(roots + 8), n1, q, qi);
  for (let a = x, b = x + half, end = b; a < end; a += 16, b += 16) {
    const u = v128.load(a);
    const v = v128.load(b);
    v128.store(a, reduce(mulmod(f64x2.add(u, v), n1, q, qi), q, qi));
    v128.store(b, reduce(mulmod(f64x2.sub(u, v), w1n, q, qi), q, qi));
  }
}
