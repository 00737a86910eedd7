/** The same mathematics in BigInt, as slowly and plainly as possible: what the engine is compared with. */
import type { SecretKey } from '../../src/client.ts';
import type { Parameters } from '../../src/parameters.ts';
import type { Form, Poly } from '../../src/ring/poly.ts';
import { type Randomness, seededRandomness, uniformBelow } from '../../src/rlwe/randomness.ts';

export const mod = (x: bigint, q: bigint): bigint => ((x % q) + q) % q;

/** The representative in (-q/2, q/2]. */
export const centre = (x: bigint, q: bigint): bigint => {
  const r = mod(x, q);
  return 2n * r > q ? r - q : r;
};

export const bigints = (xs: Iterable<number>): bigint[] => Array.from(xs, (x) => BigInt(x));

/** Coefficient k of a * b in Z[X]/(X^N + 1). */
export function negacyclicTerm(a: readonly bigint[], b: readonly bigint[], k: number): bigint {
  let sum = 0n;
  for (let i = 0; i < a.length; i++) {
    sum += i <= k ? a[i]! * b[k - i]! : -a[i]! * b[a.length + k - i]!;
  }
  return sum;
}

export function negacyclicProduct(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  return a.map((_, k) => negacyclicTerm(a, b, k));
}

/** The integer in (-Q/2, Q/2] with these residues. */
export function fromResidues(residues: readonly number[], moduli: readonly number[]): bigint {
  const Q = bigints(moduli).reduce((x, y) => x * y, 1n);
  const sum = moduli.reduce((total, q, i) => {
    const rest = Q / BigInt(q);
    return total + BigInt(residues[i]!) * rest * inverse(rest, BigInt(q));
  }, 0n);
  return centre(sum, Q);
}

export function inverse(x: bigint, q: bigint): bigint {
  let [a, b, u, v] = [mod(x, q), q, 1n, 0n];
  while (b !== 0n) [a, b, u, v] = [b, a % b, v, u - (a / b) * v];
  return mod(u, q);
}

/** The N integers of a polynomial in coefficient form. */
export function integersOf({ ring, residues }: Poly<Form>): bigint[] {
  const { degree, moduli } = ring;
  return Array.from({ length: degree }, (_, j) =>
    fromResidues(
      moduli.map((_q, i) => residues[i * degree + j]!),
      moduli,
    ),
  );
}

/** c0 + c1 * s modulo Q, centred, at the given positions; c0 holds just these. */
export function phaseAt(
  { coefficients }: SecretKey,
  { moduli }: Parameters,
  c0: readonly bigint[],
  c1: readonly bigint[],
  positions: readonly number[],
): bigint[] {
  const Q = bigints(moduli).reduce((x, y) => x * y, 1n);
  const s = bigints(coefficients);
  return positions.map((at, k) => centre(c0[k]! + negacyclicTerm(c1, s, at), Q));
}

/** log2 of the largest in size; -Infinity for zeros. */
export function bitsOf(xs: readonly bigint[]): number {
  const largest = xs.reduce((m, x) => (x < 0n ? (-x > m ? -x : m) : x > m ? x : m), 0n);
  const shift = Math.max(0, largest.toString(2).length - 50);
  return Math.log2(Number(largest >> BigInt(shift))) + shift;
}

/** A stream for tests: the name is the seed, so a failure repeats. */
export function named(name: string): Randomness {
  return seededRandomness(new Uint8Array(32).fill(7), `test ${name}`);
}

/** Integers in [low, high], uniform. */
export function integersIn(random: Randomness, low: number, high: number, count: number): number[] {
  return uniformBelow(random, high - low + 1, count).map((x) => x + low);
}
