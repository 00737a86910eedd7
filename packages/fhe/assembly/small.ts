/**
 * The transforms for N < 64, where a register of two does not fit the last stages. For tests; one value at a time.
 * Bounds: every output is reduced at once, so beyond the first stage all inputs are at most 0.55 * q.
 * @module
 */
import { both, mulmod, reduce } from './lanes';

/** As `forward`, for any power of two n >= 2. `roots` without exchanged pairs. */
export function forwardSmall(out: usize, x: usize, n: i32, roots: usize, modulus: f64, inverse: f64): void {
  memory.copy(out, x, <usize>n << 3);
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(inverse);
  for (let blocks: i32 = 1, half = n >> 1; half >= 1; blocks <<= 1, half >>= 1) {
    for (let i: i32 = 0; i < blocks; i++) {
      const w = both(roots + (<usize>(blocks + i) << 3));
      for (let j = 2 * i * half, end = j + half; j < end; j++) {
        const a = out + (<usize>j << 3);
        const b = out + (<usize>(j + half) << 3);
        const u = both(a);
        const v = mulmod(both(b), w, q, qi);
        v128.store64_lane(a, reduce(f64x2.add(u, v), q, qi), 0);
        v128.store64_lane(b, reduce(f64x2.sub(u, v), q, qi), 0);
      }
    }
  }
}

/** As `inverse`, for any power of two n >= 2. `roots` without exchanged pairs; entry 0 is 1/N. */
export function inverseSmall(out: usize, x: usize, n: i32, roots: usize, modulus: f64, reciprocal: f64): void {
  memory.copy(out, x, <usize>n << 3);
  const q = f64x2.splat(modulus);
  const qi = f64x2.splat(reciprocal);
  for (let blocks = n >> 1, half: i32 = 1; blocks >= 1; blocks >>= 1, half <<= 1) {
    for (let i: i32 = 0; i < blocks; i++) {
      const w = both(roots + (<usize>(blocks + i) << 3));
      for (let j = 2 * i * half, end = j + half; j < end; j++) {
        const a = out + (<usize>j << 3);
        const b = out + (<usize>(j + half) << 3);
        const u = both(a);
        const v = both(b);
        v128.store64_lane(a, reduce(f64x2.add(u, v), q, qi), 0);
        v128.store64_lane(b, reduce(mulmod(f64x2.sub(u, v), w, q, qi), q, qi), 0);
      }
    }
  }
  const n1 = both(roots);
  for (const end = out + (<usize>n << 3); out < end; out += 8) {
    v128.store64_lane(out, reduce(mulmod(both(out), n1, q, qi), q, qi), 0);
  }
}
