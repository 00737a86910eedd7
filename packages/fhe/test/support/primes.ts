import { isPrime, type Modulus, modulus } from '../../src/ring/modulus.ts';

/** The `count` largest NTT primes below 2^bits for this degree, descending. */
export function primesBelow(bits: number, degree: number, count = 1): Modulus[] {
  const step = 2 * degree;
  const out: Modulus[] = [];
  for (let q = Math.floor((2 ** bits - 2) / step) * step + 1; out.length < count; q -= step) {
    if (isPrime(BigInt(q))) out.push(modulus(q, degree));
  }
  return out;
}
