/**
 * Primes q = 1 (mod 2N) for the number-theoretic transform, and the roots of unity that define its order.
 * Set-up arithmetic in BigInt, which never sees a secret, and one reduction in doubles.
 * @module
 */
import { FheError } from '../errors.ts';

declare const brand: unique symbol;

/**
 * A prime q with 2^20 <= q < 2^48 and q = 1 (mod 2 * degree), for the degree it was made with; or the product of two
 * such primes below 2^48, see `composite.ts`.
 */
export type Modulus = number & { readonly [brand]: 'Modulus' };

/**
 * The only way to make a `Modulus`.
 * @throws {FheError} `bad-modulus` when n is out of range, not prime, or not 1 modulo 2 * degree.
 */
export function modulus(n: number, degree: number): Modulus {
  const fits = Number.isSafeInteger(n) && n >= 2 ** 20 && n < 2 ** 48 && n % (2 * degree) === 1;
  if (!fits || !isPrime(BigInt(n))) throw new FheError('bad-modulus', { n, degree });
  return n as Modulus;
}

/**
 * The smallest psi in [1, q) with psi^N = -1: a primitive 2N-th root of unity. Being the smallest, it is a
 * function of q and N alone, so the order of evaluation form can be written down (see `ring/poly.ts`).
 */
export function smallestRoot(q: Modulus, degree: number): number {
  const [m, order] = [BigInt(q), BigInt(2 * degree)];
  let root = 0n;
  for (let g = 2n; root === 0n; g++) {
    const candidate = power(g, (m - 1n) / order, m);
    if (power(candidate, order / 2n, m) === m - 1n) root = candidate;
  }
  // All primitive 2N-th roots are the odd powers of one of them.
  const square = (root * root) % m;
  let smallest = root;
  for (let odd = 1, value = root; odd < 2 * degree; odd += 2, value = (value * square) % m) {
    if (value < smallest) smallest = value;
  }
  return Number(smallest);
}

/** base^exponent modulo m, by square and multiply. */
export function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = 1n;
  for (let b = base % m, e = exponent; e > 0n; e >>= 1n, b = (b * b) % m) {
    if (e & 1n) result = (result * b) % m;
  }
  return result;
}

/** 1/x modulo m in [0, m), for x prime to m; by the extended Euclidean algorithm. */
export function inverse(x: bigint, m: bigint): bigint {
  let [a, b, u, v] = [((x % m) + m) % m, m, 1n, 0n];
  while (b !== 0n) [a, b, u, v] = [b, a % b, v, u - (a / b) * v];
  return ((u % m) + m) % m;
}

/** The representative of x in (-q/2, q/2), q odd. */
export function balanced(x: bigint, q: number): number {
  const r = Number(x % BigInt(q));
  return r > q / 2 ? r - q : r < -q / 2 ? r + q : r;
}

/** 1/x modulo q, balanced, for x prime to q. */
export function reciprocal(x: bigint, q: Modulus): number {
  const r = Number(inverse(x, BigInt(q)));
  return r > q / 2 ? r - q : r;
}

/**
 * Miller-Rabin with the first twelve primes as bases, which is a proof for n < 3.3 * 10^24.
 * @see Sorenson, Webster, "Strong pseudoprimes to twelve prime bases" (2015)
 */
export function isPrime(n: bigint): boolean {
  const bases = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];
  if (n < 2n) return false;
  for (const b of bases) if (n % b === 0n) return n === b;
  let [odd, twos] = [n - 1n, 0];
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  return bases.every((b) => {
    let x = power(b, odd, n);
    if (x === 1n) return true;
    for (let i = 0; i < twos; i++, x = (x * x) % n) if (x === n - 1n) return true;
    return false;
  });
}

/**
 * x mod q in [0, q), for an integer 0 <= x < 2^53. Exact: x / q is at least 1 / q away from the next integer above,
 * and that is more than the rounding error of a quotient x / q with x < 2^53. No branch on x.
 */
export function remainder(x: number, q: number): number {
  return x - Math.floor(x / q) * q;
}

/** The index with its log2(degree) bits in the other order. */
export function bitReverse(index: number, degree: number): number {
  let out = 0;
  for (let bit = 1, i = index; bit < degree; bit *= 2, i >>= 1) out = out * 2 + (i & 1);
  return out;
}
