/** The fast transforms against BigInt, at every supported size, and the bound below 2^53 at each stage. */
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../src/kernel/kernel.ts';
import { referenceKernel } from '../src/kernel/reference.ts';
import { openWasmKernel } from '../src/kernel/wasm.ts';
import { composite, factorsOf } from '../src/ring/composite.ts';
import { type Modulus, smallestRoot } from '../src/ring/modulus.ts';
import { bigints, named } from './support/exact.ts';
import { nearest, traceForward, traceInverse, values } from './support/ntt-model.ts';
import { primesBelow } from './support/primes.ts';

const relaxed = openWasmKernel('relaxed');
const plain = openWasmKernel('plain');

/** The most a balanced residue may be: 0.55 q above 2^46, 0.51 q below. */
const end = (q: number) => Math.floor((q > 2 ** 46 ? 0.55 : 0.51) * q);

/** Inputs that drive sums, signs and ties to their extremes. */
const inputs: Record<string, (q: number, degree: number) => Float64Array> = {
  random(q, degree) {
    const words = named(`transform ${q} ${degree}`).words(2 * degree);
    return Float64Array.from({ length: degree }, (_, j) =>
      Math.round((words[2 * j]! / 2 ** 32 + words[2 * j + 1]! / 2 ** 64 - 0.5) * q),
    );
  },
  'all at the upper end': (q, degree) => new Float64Array(degree).fill(end(q)),
  'all at the lower end': (q, degree) => new Float64Array(degree).fill(-end(q)),
  'ends alternating': (q, degree) =>
    Float64Array.from({ length: degree }, (_, j) => (j % 2 ? -1 : 1) * end(q)),
  'halves, ends by parity of bits': (q, degree) =>
    Float64Array.from({ length: degree }, (_, j) => (popcount(j) % 2 ? -1 : 1) * end(q)),
  'ties of rounding': (q, degree) =>
    Float64Array.from({ length: degree }, (_, j) => (j % 2 ? 1 : -1) * ((q - 1) / 2)),
};

function popcount(x: number): number {
  return x.toString(2).replaceAll('0', '').length;
}

function transformed(
  kernel: Kernel,
  q: Modulus,
  input: Float64Array,
  direction: 'ntt' | 'intt',
): Float64Array {
  const basis = kernel.basis(input.length, [q]);
  const x = kernel.allocate(input.length);
  x.set(input);
  kernel[direction](basis, x);
  const out = x.slice();
  kernel.release(x);
  return out;
}

function canonical(q: number, x: Float64Array): number[] {
  return Array.from(x, (v) => ((v % q) + q) % q);
}

const sizes = [1024, 2048, 4096, 8192, 16_384, 32_768];
const bits = [25, 27, 36, 44, 48];

describe.each(sizes)('transforms of N = %i', (degree) => {
  const primes = bits.map((b) => [b, primesBelow(b, degree)[0]!] as const);

  it.each(primes)('%i-bit prime %i: relaxed and plain agree bit for bit, on every input', (_bits, q) => {
    for (const make of Object.values(inputs)) {
      for (const direction of ['ntt', 'intt'] as const) {
        const [a, b] = [relaxed, plain].map((kernel) => transformed(kernel, q, make(q, degree), direction));
        expect(Buffer.compare(Buffer.from(a!.buffer), Buffer.from(b!.buffer))).toBe(0);
        expect(a!.every((x) => Number.isInteger(x) && Math.abs(x) <= end(q))).toBe(true);
      }
    }
  });

  it.each(primes)('%i-bit prime %i: comes back, on every input', (_bits, q) => {
    for (const make of Object.values(inputs)) {
      const input = make(q, degree);
      const there = transformed(relaxed, q, input, 'ntt');
      const back = transformed(relaxed, q, there, 'intt');
      expect(canonical(q, back)).toEqual(canonical(q, input));
      expect(back.every((x) => Math.abs(x) <= (q - 1) / 2)).toBe(true);
    }
  });

  it('every value equals the BigInt transform, largest and smallest prime', () => {
    for (const [, q] of [primes[0]!, primes.at(-1)!]) {
      const input = inputs['random']!(q, degree);
      const want = values(bigints(input), BigInt(q), BigInt(smallestRoot(q, degree)));
      expect(canonical(q, transformed(relaxed, q, input, 'ntt'))).toEqual(want.map(Number));
    }
  });

  it.each([35, 48])('agrees with the reference kernel, prime of %i bits', (size) => {
    const q = primesBelow(size, degree)[0]!;
    for (const make of Object.values(inputs)) {
      for (const direction of ['ntt', 'intt'] as const) {
        const [a, b] = [relaxed, referenceKernel].map((k) => transformed(k, q, make(q, degree), direction));
        expect(canonical(q, a!)).toEqual(canonical(q, b!));
      }
    }
  });
});

describe('composite limbs', () => {
  const degree = 4096;
  const [q1, q2] = primesBelow(24, degree, 2) as [Modulus, Modulus];
  const both = composite(q1, q2);

  it.each([relaxed, plain, referenceKernel])(
    '$name: one transform is both transforms, there and back',
    (kernel) => {
      const input = inputs['random']!(both, degree);
      const there = transformed(kernel, both, input, 'ntt');
      for (const q of [q1, q2]) {
        const alone = transformed(
          kernel,
          q,
          input.map((x) => x % q),
          'ntt',
        );
        expect(canonical(q, there)).toEqual(canonical(q, alone));
      }
      expect(canonical(both, transformed(kernel, both, there, 'intt'))).toEqual(canonical(both, input));
    },
  );

  it('names its primes, and takes only two different ones with a product below 2^48', () => {
    expect(factorsOf(both)).toEqual([q1, q2]);
    expect(factorsOf(q1)).toEqual([q1]);
    const [large] = primesBelow(30, degree) as [Modulus];
    const refused = expect.objectContaining({ code: 'bad-modulus' });
    expect(() => composite(q1, q1)).toThrow(refused);
    expect(() => composite(q1, large)).toThrow(refused);
    expect(() => composite(both, q1)).toThrow(refused);
  });
});

describe('bounds', () => {
  it('rounds as the instruction does', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4, -2.6].map(nearest)).toEqual([0, 2, 2, -0, -2, -2, 2, -3]);
  });

  /** What a base conversion leaves to `forward.ts`. Unit: q. */
  const unreduced = 6.3;

  /** The growth of `forward.ts`: g' = g + 1/2 + 3 * 2^-53 * g * q/2. Unit: q. */
  const forwardBound = (q: number, stages: number, start: number) => {
    const out: number[] = [];
    for (let s = 0, g = start; s < stages; s++) {
      g += 0.5 + 3 * 2 ** -53 * g * (q / 2);
      out.push(g);
    }
    return out;
  };

  it('forward: the proved bound stays below 2^53 for every prime below 2^48 and N up to 2^15', () => {
    const proved = forwardBound(2 ** 48, 15, unreduced);
    expect(proved.at(-1)).toBeLessThan(23.2);
    expect(proved.at(-1)! * 2 ** 48).toBeLessThan(2 ** 52.6);
    for (let size = 20; size <= 48; size++) {
      const q = 2 ** size;
      expect(forwardBound(q, 15, 2 ** 47 / q).at(-1)! * q).toBeLessThan(11.6 * 2 ** 48);
    }
  });

  it('inverse: the proved bound 1.25 q reproduces itself, and 5 q is below 2^53', () => {
    const product = (g: number) => 0.5 + g * 3 * 2 ** -53 * 2 ** 47;
    const B = 1.25;
    const sumOfTwo = 2 * product(2 * B);
    expect(Math.max(0.5 + 2 ** -46, sumOfTwo, product(4 * B), product(sumOfTwo))).toBeLessThan(B);
    expect(4 * B * 2 ** 48).toBeLessThan(2 ** 53);
  });

  // The models throw when an intermediate is not an exact integer below 2^53; equality with the kernel's output
  // shows that it is this computation, and no other, that the module performs.
  const cases = [1024, 8192, 32_768].flatMap((degree) =>
    Object.keys(inputs).map((name) => [degree, name] as const),
  );
  const traced = cases.filter(
    ([degree, name]) => degree === 1024 || ['random', 'all at the upper end'].includes(name),
  );

  it.each(traced)('N = %i, %s: every stage stays within its bound and below 2^53', (degree, name) => {
    const q = primesBelow(48, degree)[0]!;
    const input = inputs[name]!(q, degree);
    const there = traceForward(input, q);
    expect(there.output).toEqual(transformed(relaxed, q, input, 'ntt'));
    for (const [s, bound] of forwardBound(q, Math.log2(degree), 0.55).entries()) {
      expect(there.stages[s]).toBeLessThanOrEqual(bound);
    }
    const back = traceInverse(input, q);
    expect(back.output).toEqual(transformed(relaxed, q, input, 'intt'));
    for (const g of back.stages) expect(g).toBeLessThanOrEqual(1.25);
    expect(Math.max(there.largest, back.largest)).toBeLessThan(2 ** 53);
  });

  it.each([
    [1024, 48, unreduced * 2 ** 48],
    [8192, 48, unreduced * 2 ** 48],
    [32_768, 48, unreduced * 2 ** 48],
    [32_768, 48, 2 ** 47],
    [32_768, 25, 2 ** 47],
    [8192, 40, 2 ** 47],
  ])(
    'N = %i, forward from what a base conversion leaves, %i bits, up to %d: the same',
    (degree, size, most) => {
      const q = primesBelow(size, degree)[0]!;
      const limit = Math.floor(Math.min(most, Math.max(unreduced * q, 2 ** 47)));
      const input = Float64Array.from({ length: degree }, (_, j) => (popcount(j) % 2 ? -limit : limit));
      const there = traceForward(input, q);
      expect(there.output).toEqual(transformed(relaxed, q, input, 'ntt'));
      for (const [s, bound] of forwardBound(q, Math.log2(degree), limit / q).entries()) {
        expect(there.stages[s]).toBeLessThanOrEqual(bound);
      }
      expect(there.largest).toBeLessThan(2 ** 53);
    },
  );
});
