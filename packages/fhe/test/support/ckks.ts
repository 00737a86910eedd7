/** Small but real parameter sets, keys and slots for the tests of RNS-CKKS. */
import { ckks as client } from '../../src/client.ts';
import type { Poly } from '../../src/ring/poly.ts';
import { integersIn, named } from './exact.ts';
import { primesBelow } from './primes.ts';

const degree = 4096;
const [p0, q0] = primesBelow(28, degree, 2) as readonly number[] as [number, number];
const [q1, q2, q3] = primesBelow(21, degree, 3) as readonly number[] as [number, number, number];
const small = primesBelow(22, degree, 2) as readonly number[] as [number, number];

/** One digit for each limb and one special prime: what SEAL does. 98 bits. */
export const simple = client.parameters({
  id: 'test-simple/1',
  degree,
  moduli: [q0, small[0], small[1]],
  special: [p0],
  scale: 2 ** 21,
});

/** Digits of two limbs, the last one with one limb only; two special primes. 105 bits. */
export const hybrid = client.parameters({
  id: 'test-hybrid/1',
  degree,
  moduli: [q1, q2, q3],
  special: primesBelow(20.99, degree, 5)
    .filter((p) => ![q1, q2, q3].includes(p))
    .slice(0, 2),
  scale: 2 ** 18,
});

/** Two primes in one limb, then one by itself; 105 bits. A rescale meets a whole limb first, then half of one. */
export const pairFirst = client.parameters({
  id: 'test-pair-first/1',
  degree,
  moduli: [[q1, q2], q3],
  special: primesBelow(41.99, degree, 1),
  scale: 2 ** 18,
});

/** One prime, then two in one limb: fresh ciphertexts have the shared limb. */
export const pairLast = client.parameters({
  id: 'test-pair-last/1',
  degree,
  moduli: [q1, [q2, q3]],
  special: primesBelow(41.99, degree, 1),
  scale: 2 ** 18,
});

/** Slots uniform in [-1, 1] for real and imaginary part. */
export function slots(name: string, size = 1): client.Slots {
  const part = (which: string) =>
    Float64Array.from(
      integersIn(named(`${name} ${which}`), -(2 ** 20), 2 ** 20, degree / 2),
      (x) => (x / 2 ** 20) * size,
    );
  return { re: part('re'), im: part('im') };
}

type Complex = readonly [re: number, im: number];

/** Slot by slot a function of the slots at k. */
export function map(rule: (k: number) => Complex): client.Slots {
  const out = { re: new Float64Array(degree / 2), im: new Float64Array(degree / 2) };
  for (let k = 0; k < degree / 2; k++) [out.re[k], out.im[k]] = rule(k) as [number, number];
  return out;
}

export const at = ({ re, im }: client.Slots, k: number): Complex => {
  const i = ((k % re.length) + re.length) % re.length;
  return [re[i]!, im[i]!];
};
export const plus = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
export const minus = ([a, b]: Complex, [c, d]: Complex): Complex => [a - c, b - d];
export const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];

/** Largest and root mean square distance of two lists of slots. */
export function distance(a: client.Slots, b: client.Slots): { largest: number; rms: number } {
  let [largest, squares] = [0, 0];
  for (let k = 0; k < a.re.length; k++) {
    const d = Math.hypot(a.re[k]! - b.re[k]!, a.im[k]! - b.im[k]!);
    largest = Math.max(largest, d);
    squares += d * d;
  }
  return { largest, rms: Math.sqrt(squares / a.re.length) };
}

/** Everything one parameter set needs, from one seed. */
export function open<L extends number>(
  parameters: client.CkksParameters<L>,
  options: client.ContextOptions = {},
) {
  const context = client.createContext(parameters, options);
  const seed = new Uint8Array(32).fill(9);
  const { secretKey, publicKey } = client.generateKeys(context, seed);
  return {
    context,
    seed,
    secretKey,
    publicKey,
    relinearisation: client.relinearisationKey(secretKey, seed),
    rotation: (steps: number, level?: number) =>
      client.rotationKey(secretKey, seed, steps, level === undefined ? {} : { level }),
    conjugation: client.conjugationKey(secretKey, seed),
    encrypt: (message: client.Slots, name = 'encryption') =>
      client.encrypt(secretKey, client.encode(context, message), { random: named(name) }),
  };
}

/** Coefficients modulo one limb of a * b, for |a| and |b| below 2^27. */
export function negacyclic(a: Float64Array, b: Float64Array, q: number): Float64Array {
  const size = (x: Float64Array) => x.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  // Zeros of the first operand cost nothing, and a small one has no upper half.
  if (size(b) < size(a)) return negacyclic(b, a, q);
  const high = a.map((x) => Math.round(x / 2 ** 14));
  const low = a.map((x, j) => x - high[j]! * 2 ** 14);
  const [upper, lower] = [negacyclicSmall(high, b, q), negacyclicSmall(low, b, q)];
  return upper.map((x, j) => centred(x * 2 ** 14 + lower[j]!, q));
}

/** The same for integers small enough that sums of N products are exact doubles. */
function negacyclicSmall(a: Float64Array, b: Float64Array, q: number): Float64Array {
  const n = a.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const x = a[i]!;
    if (x === 0) continue;
    for (let j = 0; j < n - i; j++) out[i + j]! += x * b[j]!;
    for (let j = n - i; j < n; j++) out[i + j - n]! -= x * b[j]!;
  }
  return out.map((x) => centred(x, q));
}

export function centred(x: number, q: number): number {
  const r = x % q;
  return (r > q / 2 ? r - q : r < -q / 2 ? r + q : r) + 0;
}

/** Coefficients modulo a prime of the ring, nearest zero; the polynomial stays as it is. */
export function modulo({ ring, residues }: Poly<'eval'>, prime: number): Float64Array {
  const { kernel, degree, moduli } = ring;
  const i = moduli.findIndex((q) => q % prime === 0);
  const copy = residues.slice(i * degree, (i + 1) * degree);
  kernel.intt(kernel.basis(degree, [moduli[i]!]), copy);
  return copy.map((x) => centred(x, prime));
}
