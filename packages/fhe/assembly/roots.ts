/**
 * Tables of roots of unity, made once for each modulus.
 * @module
 */
import { mulmod, reduce } from './lanes';

/** out[i] = start * step^i modulo q, balanced, for i < n (even). Bounds: products of two residues, see `lanes.ts`. */
export function powers(out: usize, start: f64, step: f64, n: i32, modulus: f64, inverse: f64): void {
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  const one = f64x2.splat(step);
  const two = reduce(mulmod(one, one, q, qi), q, qi);
  const first = f64x2.splat(start);
  let w = f64x2.replace_lane(first, 1, f64x2.extract_lane(reduce(mulmod(first, one, q, qi), q, qi), 0));
  for (const end = out + (<usize>n << 3); out < end; out += 16) {
    v128.store(out, w);
    w = reduce(mulmod(w, two, q, qi), q, qi);
  }
}

/** The smallest of n residues, each taken in [0, q). */
export function smallest(x: usize, n: i32, modulus: f64): f64 {
  let least = modulus;
  for (const end = x + (<usize>n << 3); x < end; x += 8) {
    const r = load<f64>(x);
    least = min(least, r < 0 ? r + modulus : r);
  }
  return least;
}

/**
 * out[bitReverse(i)] = x[i]. With `pairs`, the middle two of every four in the upper half are then exchanged, so
 * that the roots of two neighbouring groups of the innermost stage lie side by side (`forward.ts`, `lastTwo`).
 */
export function scatter(out: usize, x: usize, n: i32, pairs: i32): void {
  const unused = clz(n) + 1;
  for (let i: i32 = 0; i < n; i++) {
    let j = reverse(i) >>> unused;
    if (pairs && j >= n >> 1 && ((j & 3) == 1 || (j & 3) == 2)) j ^= 3;
    store<f64>(out + (<usize>j << 3), load<f64>(x + (<usize>i << 3)));
  }
}

/** All 32 bits in reverse order. */
function reverse(i: i32): i32 {
  let v = <u32>i;
  v = ((v >> 1) & 0x55555555) | ((v & 0x55555555) << 1);
  v = ((v >> 2) & 0x33333333) | ((v & 0x33333333) << 2);
  v = ((v >> 4) & 0x0f0f0f0f) | ((v & 0x0f0f0f0f) << 4);
  return <i32>bswap<u32>(v);
}
