/**
 * Term-by-term operations on one limb: n doubles, n even, balanced in and out. `out` may be an input.
 *
 * Bounds, q < 2^48, |input| <= 0.55 * q (so c = 0.3025 in `lanes.ts`): a sum or difference is at most 1.1 * q
 * before its reduction; a product at most q * (1/2 + 0.3025 * 3/32) = 0.529 * q; sum + product at most
 * q * (1/2 + 0.3025 * 4/32 + 2^-50) = 0.538 * q. All are balanced again.
 * @module
 */
import { mulmod, mulmodAdd, reduce } from './lanes';

/** out = a + b. */
export function add(out: usize, a: usize, b: usize, n: i32, modulus: f64, inverse: f64): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  for (const end = out + (<usize>n << 3); out < end; out += 16, a += 16, b += 16) {
    v128.store(out, reduce(f64x2.add(v128.load(a), v128.load(b)), q, qi));
  }
}

/** out = a - b. */
export function subtract(out: usize, a: usize, b: usize, n: i32, modulus: f64, inverse: f64): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  for (const end = out + (<usize>n << 3); out < end; out += 16, a += 16, b += 16) {
    v128.store(out, reduce(f64x2.sub(v128.load(a), v128.load(b)), q, qi));
  }
}

/** out = a * b. */
export function multiply(out: usize, a: usize, b: usize, n: i32, modulus: f64, inverse: f64): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  for (const end = out + (<usize>n << 3); out < end; out += 16, a += 16, b += 16) {
    v128.store(out, mulmod(v128.load(a), v128.load(b), q, qi));
  }
}

/** out = out + a * b. */
export function multiplyAdd(out: usize, a: usize, b: usize, n: i32, modulus: f64, inverse: f64): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  for (const end = out + (<usize>n << 3); out < end; out += 16, a += 16, b += 16) {
    v128.store(out, mulmodAdd(v128.load(out), v128.load(a), v128.load(b), q, qi));
  }
}

/**
 * out = (a - b) * c [+ plus], c one balanced residue; with `target` value j goes to place target[j], as in `permute`.
 * Bounds: |a - b| <= 1.1 * q, so the product is at most 0.56 * q, with `plus` 1.11 * q; reduced.
 * @param plus n doubles, or 0 for none. @param target n words, or 0 for none.
 */
export function subtractScale(
  out: usize, a: usize, b: usize, c: f64, plus: usize, target: usize, n: i32, modulus: f64, inverse: f64,
): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const w = f64x2.splat(c);
  for (let at: usize = 0, size = <usize>n << 3; at < size; at += 16) {
    let r = mulmod(f64x2.sub(v128.load(a + at), v128.load(b + at)), w, q, qi);
    if (plus) r = f64x2.add(r, v128.load(plus + at));
    r = reduce(r, q, qi);
    if (target) scatter(out, r, target + (at >> 1), n);
    else v128.store(out + at, r);
  }
}

/** out = a * c, c one balanced residue. */
export function scale(out: usize, a: usize, c: f64, n: i32, modulus: f64, inverse: f64): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const w = f64x2.splat(c);
  for (const end = out + (<usize>n << 3); out < end; out += 16, a += 16) {
    v128.store(out, mulmod(v128.load(a), w, q, qi));
  }
}

/** out = x modulo q, balanced; for integers |x| < 2^52: the quotient is off by at most 1/2 + 2^-1. */
export function balance(out: usize, x: usize, n: i32, modulus: f64, inverse: f64): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  for (const end = out + (<usize>n << 3); out < end; out += 16, x += 16) {
    v128.store(out, reduce(v128.load(x), q, qi));
  }
}

/**
 * out = x in [0, q), without branches: the unique representative that travels. Never -0: `reduce` ends in a
 * difference, and a difference of equal numbers is +0.
 */
export function canonical(out: usize, x: usize, n: i32, modulus: f64, inverse: f64): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const zero = f64x2.splat(0);
  for (const end = out + (<usize>n << 3); out < end; out += 16, x += 16) {
    const r = reduce(v128.load(x), q, qi);
    v128.store(out, f64x2.add(r, v128.and(f64x2.lt(r, zero), q)));
  }
}

/** out[target[j]] = x[j], n a power of two; a place out of range is taken modulo n. */
export function permute(out: usize, x: usize, target: usize, n: i32): void {
  for (const end = x + (<usize>n << 3); x < end; x += 16, target += 8) scatter(out, v128.load(x), target, n);
}

/** Two values to the places that two words at `target` name. */
// @ts-ignore: decorator
@inline
function scatter(out: usize, values: v128, target: usize, n: i32): void {
  const mask = <u32>n - 1;
  v128.store64_lane(out + (<usize>(load<u32>(target, 0) & mask) << 3), values, 0);
  v128.store64_lane(out + (<usize>(load<u32>(target, 4) & mask) << 3), values, 1);
}

/** Overwrites n doubles with zeros. */
export function wipe(x: usize, n: i32): void {
  memory.fill(x, 0, <usize>n << 3);
}
