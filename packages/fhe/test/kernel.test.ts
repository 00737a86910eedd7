import { describe, expect, it } from 'vitest';
import { FheError } from '../src/errors.ts';
import type { Kernel } from '../src/kernel/kernel.ts';
import { referenceKernel } from '../src/kernel/reference.ts';
import { openWasmKernel } from '../src/kernel/wasm.ts';
import { sealedSignIn } from '../src/parameters.ts';
import { automorphism } from '../src/ring/automorphism.ts';
import { bitReverse, isPrime, modulus, smallestRoot } from '../src/ring/modulus.ts';
import { createRing, fromIntegers, multiply, type Ring, toCoeff, toEval, zero } from '../src/ring/poly.ts';
import {
  bigints,
  centre,
  fromResidues,
  integersIn,
  integersOf,
  inverse,
  mod,
  named,
  negacyclicProduct,
  negacyclicTerm,
} from './support/exact.ts';

/** Every kernel has to pass this file; the reference is the first. */
const kernels: Kernel[] = [referenceKernel, openWasmKernel('relaxed'), openWasmKernel('plain')];

/** The largest prime that the reference kernel takes, for ring degrees up to 4096: its worst case. */
const largest = (() => {
  for (let q = 55_000_000_000 - (55_000_000_000 % 8192) + 1; ; q -= 8192) if (isPrime(BigInt(q))) return q;
})();
const primes = [...sealedSignIn.moduli, modulus(largest, 4096)];
const p = sealedSignIn.plaintextModulus;

/** Residues where rounding goes wrong first: zero, the ends of the balanced range, the ties, powers of two. */
function edges(q: number): number[] {
  const end = Math.floor(0.51 * q);
  const half = (q - 1) / 2;
  const positive = [0, 1, 2, half - 1, half, half + 1, end, 2 ** 17, 2 ** 34, 3 * 2 ** 16, 3 * 2 ** 15];
  return [...positive, ...positive.map((x) => -x)].filter((x) => Math.abs(x) <= end);
}

function expectBalanced(ring: Ring, residues: Float64Array): void {
  for (const [i, q] of ring.moduli.entries()) {
    const limb = residues.subarray(i * ring.degree, (i + 1) * ring.degree);
    expect(limb.every((x) => Number.isInteger(x) && Math.abs(x) <= 0.51 * q)).toBe(true);
  }
}

describe.each(kernels.map((k) => [k.name, k] as const))('kernel: %s', (_name, kernel) => {
  const ringOf = (degree: number) =>
    createRing(
      kernel,
      degree,
      primes.map((q) => modulus(q, degree)),
    );

  it('multiplies, multiplies-and-adds, adds and subtracts exactly at the edges and at random', () => {
    const ring = ringOf(1024);
    const [a, b, sum, product, total, difference] = Array.from(
      { length: 6 },
      () => zero(ring, 'eval').residues,
    );
    const random = named('pointwise');
    for (const [i, q] of primes.entries()) {
      const values = edges(q);
      const some = () => Math.floor((integersIn(random, 0, 2 ** 30, 1)[0]! / 2 ** 30 - 0.5) * q);
      for (let j = 0; j < ring.degree; j++) {
        const at = i * ring.degree + j;
        const isEdge = j < values.length ** 2;
        a![at] = isEdge ? values[j % values.length]! : some();
        b![at] = isEdge ? values[Math.floor(j / values.length)]! : some();
      }
    }
    kernel.multiply(ring.basis, product!, a!, b!);
    kernel.add(ring.basis, sum!, a!, b!);
    kernel.subtract(ring.basis, difference!, a!, b!);
    total!.set(a!);
    kernel.multiplyAdd(ring.basis, total!, a!, b!);

    for (const residues of [product, sum, difference, total]) expectBalanced(ring, residues!);
    const wrong = Array.from(a!, (_, t) => {
      const q = BigInt(primes[Math.floor(t / ring.degree)]!);
      const [x, y] = [BigInt(a![t]!), BigInt(b![t]!)];
      const agrees = (got: number, want: bigint) => mod(BigInt(got) - want, q) === 0n;
      return (
        agrees(product![t]!, x * y) &&
        agrees(sum![t]!, x + y) &&
        agrees(difference![t]!, x - y) &&
        agrees(total![t]!, x + x * y)
      );
    }).filter((good) => !good);
    expect(wrong).toHaveLength(0);
  });

  it('transforms into the values at psi^(2 bitReverse(j) + 1), the order the wire format names', () => {
    const ring = ringOf(32);
    const coefficients = integersIn(named('order'), -1000, 1000, 32);
    const values = toEval(fromIntegers(ring, Float64Array.from(coefficients)));
    for (const [i, q] of ring.moduli.entries()) {
      const [m, psi] = [BigInt(q), BigInt(smallestRoot(q, 32))];
      for (let j = 0; j < 32; j++) {
        const point = psi ** BigInt(2 * bitReverse(j, 32) + 1);
        const want = bigints(coefficients).reduceRight((sum, c) => mod(sum * point + c, m), 0n);
        expect(mod(BigInt(values.residues[i * 32 + j]!), m)).toBe(want);
      }
    }
  });

  it.each([2, 8, 64, 256])(
    'multiplies polynomials like the schoolbook, all coefficients, N = %i',
    (degree) => {
      const ring = ringOf(degree);
      const random = named(`schoolbook ${degree}`);
      const [a, b] = [0, 1].map(() =>
        integersIn(random, -(2 ** 31), 2 ** 31 - 1, degree).map((x) => x * 2 ** 15),
      );
      const product = toCoeff(
        multiply(
          toEval(fromIntegers(ring, Float64Array.from(a!))),
          toEval(fromIntegers(ring, Float64Array.from(b!))),
        ),
      );
      expectBalanced(ring, product.residues);
      const Q = bigints(ring.moduli).reduce((x, y) => x * y, 1n);
      expect(integersOf(product)).toEqual(
        negacyclicProduct(bigints(a!), bigints(b!)).map((x) => centre(x, Q)),
      );
    },
  );

  const full = ringOf(4096);
  const filled = (value: (q: number, j: number) => number) => {
    const poly = zero(full, 'coeff');
    for (const [i, q] of full.moduli.entries()) {
      for (let j = 0; j < 4096; j++) poly.residues[i * 4096 + j] = value(q, j);
    }
    return poly;
  };
  const end = (q: number) => Math.floor(0.51 * q);
  const noise = named('full size');
  const adversarial: [string, (q: number, j: number) => number, (q: number, j: number) => number][] = [
    [
      'random',
      (q) => Math.floor((noise.words(1)[0]! / 2 ** 32 - 0.5) * q),
      (q) => Math.floor((noise.words(1)[0]! / 2 ** 32 - 0.5) * q),
    ],
    ['all at the upper end', end, end],
    ['all at the lower end', (q) => -end(q), end],
    ['ends alternating', (q, j) => (j % 2 ? -1 : 1) * end(q), (q, j) => (j % 3 ? -1 : 1) * end(q)],
    ['half, the tie of rounding', (q) => (q - 1) / 2, (q) => -(q - 1) / 2],
    ['zero', () => 0, end],
    ['one monomial', (_q, j) => (j === 4095 ? 1 : 0), (q, j) => (j * 9_999_991) % end(q)],
  ];

  it.each(adversarial)('multiplies polynomials like the schoolbook, N = 4096: %s', (_title, x, y) => {
    const [a, b] = [filled(x), filled(y)];
    const before = [a.residues.slice(), b.residues.slice()];
    const product = toCoeff(multiply(toEval(a), toEval(b)));
    expectBalanced(full, product.residues);
    const sampled = [0, 1, 2047, 4094, 4095, ...integersIn(named('sampled'), 0, 4095, 11)];
    for (const [i, q] of full.moduli.entries()) {
      const [u, v] = before.map((r) => bigints(r.subarray(i * 4096, (i + 1) * 4096)));
      const m = BigInt(q);
      for (const k of sampled) {
        expect(mod(BigInt(product.residues[i * 4096 + k]!), m)).toBe(mod(negacyclicTerm(u!, v!, k), m));
      }
    }
  });

  it('comes back from evaluation form to the same residue classes', () => {
    const a = filled((q, j) => ((j * 123_456_789) % q) - Math.floor(q / 2));
    const before = a.residues.slice();
    const after = toCoeff(toEval(a)).residues;
    const modulusAt = (t: number) => primes[Math.floor(t / 4096)]!;
    const wrong = before.filter((x, t) => (x - after[t]!) % modulusAt(t) !== 0);
    expect(wrong).toHaveLength(0);
    expect(after.every((x, t) => Math.abs(x) <= (modulusAt(t) - 1) / 2)).toBe(true);
  });

  it('drops the first limb: (x + p d) / q_0 with d = -x / p mod q_0, the same d in every limb', () => {
    const count = 64;
    const [from, to] = [
      ringOf(64),
      createRing(
        kernel,
        64,
        primes.slice(1).map((q) => modulus(q, 64)),
      ),
    ];
    const random = named('drop');
    const x = zero(from, 'coeff').residues;
    for (const [i, q] of primes.entries()) {
      const values = edges(q);
      for (let j = 0; j < count; j++) {
        x[i * count + j] = values[j] ?? Math.floor((random.words(1)[0]! / 2 ** 32 - 0.5) * q);
      }
    }
    const out = zero(to, 'coeff').residues;
    kernel.dropFirst(from.basis, to.basis, out, x, p, count);
    expectBalanced(to, out);

    const [q0, rest] = [BigInt(primes[0]!), primes.slice(1)];
    for (let j = 0; j < count; j++) {
      const whole = fromResidues(
        primes.map((_q, i) => x[i * count + j]!),
        primes,
      );
      const d = centre(-whole * inverse(BigInt(p), q0), q0);
      const exact = (whole + BigInt(p) * d) / q0;
      expect((whole + BigInt(p) * d) % q0).toBe(0n);
      for (const [i, q] of rest.entries()) {
        expect(mod(BigInt(out[i * count + j]!) - exact, BigInt(q))).toBe(0n);
      }
    }
  });

  it('permutes values as X -> X^g permutes coefficients', () => {
    const ring = ringOf(16);
    const coefficients = integersIn(named('automorphism'), -99, 99, 16);
    for (const g of [1, 3, 5, 15, 31]) {
      const want = new Array<bigint>(16).fill(0n);
      for (const [j, c] of coefficients.entries()) {
        const exponent = (j * g) % 32;
        want[exponent % 16]! += exponent < 16 ? BigInt(c) : -BigInt(c);
      }
      const got = toCoeff(automorphism(toEval(fromIntegers(ring, Float64Array.from(coefficients))), g));
      expect(integersOf(got)).toEqual(want);
    }
    expect(() => automorphism(zero(ring, 'eval'), 2)).toThrow(FheError);
  });

  it('wipes what it takes back', () => {
    const memory = kernel.allocate(8);
    memory.fill(5);
    kernel.release(memory);
    expect([...memory]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('modulus', () => {
  it.each([
    ['a composite', 37_044_658_177 + 8192 * 4],
    ['a prime that is not 1 mod 2N', 37_044_658_183],
    ['too small', 40_961],
    ['not an integer', 37_044_658_177.5],
  ])('refuses %s', (_title, n) => {
    expect(() => modulus(n, 4096)).toThrow(expect.objectContaining({ code: 'bad-modulus' }));
  });

  it('tells primes from composites, strong pseudoprimes to small bases included', () => {
    expect([2n, 3n, 65_537n, 49_929_756_673n, 2n ** 61n - 1n].every(isPrime)).toBe(true);
    expect([0n, 1n, 561n, 3_215_031_751n, 3_825_123_056_546_413_051n, 2n ** 62n - 1n].some(isPrime)).toBe(
      false,
    );
  });

  it('finds the smallest root of X^N + 1', () => {
    const q = modulus(37_044_658_177, 8);
    const psi = smallestRoot(q, 8);
    const isRoot = (x: number) => BigInt(x) ** 8n % BigInt(q) === BigInt(q - 1);
    expect(isRoot(psi)).toBe(true);
    const odd = Array.from({ length: 8 }, (_, k) => Number(BigInt(psi) ** BigInt(2 * k + 1) % BigInt(q)));
    expect(Math.min(...odd)).toBe(psi);
  });
});
