/**
 * Composite limbs: the product of two NTT primes carried as one modulus of at most 48 bits.
 *
 * Modulo q1 * q2 everything a kernel does is done modulo both primes at once (Chinese remainder theorem), the
 * transform included: its root is psi1 modulo q1 and psi2 modulo q2, so value j modulo q1 is value j of the
 * transform modulo q1. A limb therefore loses one of its primes, in either form, by reduction modulo the other:
 * two levels of 24 bits for the price of one limb.
 * @module
 */
import { FheError } from '../errors.ts';
import { inverse, type Modulus } from './modulus.ts';

/** A number determines its factors, so remembering them is no state that anyone could disagree about. */
const known = new Map<number, readonly [Modulus, Modulus]>();

/**
 * The composite modulus q1 * q2, for the degree both primes were made with.
 * @throws {FheError} `bad-modulus` when they are equal, not prime, or their product is not below 2^48.
 */
export function composite(q1: Modulus, q2: Modulus): Modulus {
  const product = q1 * q2;
  if (q1 === q2 || product >= 2 ** 48 || known.has(q1) || known.has(q2)) {
    throw new FheError('bad-modulus', { q1, q2 });
  }
  known.set(product, [q1, q2]);
  return product as Modulus;
}

/** The primes of a modulus: itself, or the two of a composite. */
export function factorsOf(q: Modulus): readonly Modulus[] {
  return known.get(q) ?? [q];
}

/** The root that defines the order of values: the smallest one modulo each prime of q. */
export function composedRoot(q: Modulus, rootOf: (prime: Modulus) => number): bigint {
  return factorsOf(q).reduce((root, prime) => {
    const rest = BigInt(q / prime);
    return (root + BigInt(rootOf(prime)) * rest * inverse(rest, BigInt(prime))) % BigInt(q);
  }, 0n);
}
