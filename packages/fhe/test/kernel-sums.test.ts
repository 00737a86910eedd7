/** Sums of products, constants and base conversions of every kernel, against BigInt. */
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../src/kernel/kernel.ts';
import { referenceKernel } from '../src/kernel/reference.ts';
import { openWasmKernel } from '../src/kernel/wasm.ts';
import type { Modulus } from '../src/ring/modulus.ts';
import { fromResidues, mod, named } from './support/exact.ts';
import { primesBelow } from './support/primes.ts';

const relaxed = openWasmKernel('relaxed');
const plain = openWasmKernel('plain');
/** Given arrays of the heap only, so that every operand is copied. */
const cramped = openWasmKernel('relaxed', { memoryBytes: 4 * 2 ** 20 });

const degree = 64;
const bitsOf: [string, Kernel, number][] = [
  ['reference', referenceKernel, 35],
  ['reference', referenceKernel, 48],
  ['relaxed', relaxed, 27],
  ['relaxed', relaxed, 36],
  ['relaxed', relaxed, 47.4],
  ['relaxed', relaxed, 48],
  ['plain', plain, 27],
  ['plain', plain, 48],
  ['relaxed, operands copied', cramped, 27],
  ['relaxed, operands copied', cramped, 48],
];

const end = (q: number) => Math.floor((q > 2 ** 46 ? 0.55 : 0.51) * q);

describe.each(bitsOf)('%s', (_name, kernel, bits) => {
  const moduli = primesBelow(bits, degree, 3);
  const basis = kernel.basis(degree, moduli);
  const random = named(`sums ${bits}`);

  /** One polynomial for each kind of content: ends of the range first, then random. */
  const poly = (k: number): Float64Array => {
    const x = kernel === cramped ? new Float64Array(3 * degree) : kernel.allocate(3 * degree);
    const words = random.words(x.length);
    for (let t = 0; t < x.length; t++) {
      const q = moduli[Math.floor(t / degree)]!;
      x[t] = k === 0 ? end(q) : k === 1 ? -end(q) : Math.round((words[t]! / 2 ** 32 - 0.5) * q);
    }
    return x;
  };

  const modulusAt = (t: number) => moduli[Math.floor(t / degree)]!;

  function expectEqual(got: Float64Array, want: (t: number) => bigint): void {
    const wrong = Array.from(got, (x, t) => {
      const q = modulusAt(t);
      return Number.isInteger(x) && Math.abs(x) <= end(q) && mod(BigInt(x) - want(t), BigInt(q)) === 0n;
    }).filter((right) => !right);
    expect(wrong).toHaveLength(0);
  }

  it.each([1, 2, 29, 30, 31, 62])('innerProducts sums %i products, twice', (terms) => {
    const same = terms > 2;
    // With all operands at the ends of the range the lazy sum is as large as it can get.
    const xs = Array.from({ length: terms }, (_, k) => poly(same ? (k < terms / 2 ? 0 : 2) : k));
    const ws = Array.from({ length: terms }, (_, k) => poly(same ? (k < terms / 2 ? 0 : 2) : 1));
    const others = xs.map(() => poly(2));
    const [out, other] = [poly(2), poly(2)];
    kernel.innerProducts(basis, [out, other], xs, [ws, others]);
    const want = (weights: Float64Array[]) => (t: number) =>
      xs.reduce((sum, x, k) => sum + BigInt(x[t]!) * BigInt(weights[k]![t]!), 0n);
    expectEqual(out, want(ws));
    expectEqual(other, want(others));
  });

  it.each([1, -1])('innerProducts holds the longest sum of the largest products, sign %i', (sign) => {
    const [a, b] = [poly(0), poly(sign > 0 ? 0 : 1)];
    const as = new Array<Float64Array>(40).fill(a);
    const bs = new Array<Float64Array>(40).fill(b);
    const out = poly(2);
    kernel.innerProducts(basis, [out], as, [bs]);
    expectEqual(out, (t) => 40n * BigInt(a[t]!) * BigInt(b[t]!));
  });

  it('innerProducts refuses sums of different lengths, and none', () => {
    const [x, out] = [poly(2), poly(2)];
    const refused = expect.objectContaining({ code: 'ring-mismatch' });
    expect(() => kernel.innerProducts(basis, [out], [], [[]])).toThrow(refused);
    expect(() => kernel.innerProducts(basis, [out], [x, x], [[x]])).toThrow(refused);
    expect(() => kernel.innerProducts(basis, [out, x], [x], [[x]])).toThrow(refused);
  });

  it.each([
    [1, 8],
    [36, 32],
    [33, 64],
    [520, 16],
  ])('runProducts sums %i products with weights that are constant on %i values', (terms, run) => {
    const runs = degree / run;
    const values = new Float64Array(3 * runs * terms);
    const words = random.words(values.length);
    for (let v = 0; v < values.length; v++) {
      const q = moduli[Math.floor(v / (runs * terms))]!;
      values[v] = v % 3 === 0 ? end(q) : Math.round((words[v]! / 2 ** 32 - 0.5) * q);
    }
    const inputs = [poly(0), poly(1), poly(2), poly(2)];
    const xs = Array.from({ length: terms }, (_, k) => inputs[terms > 100 ? 0 : k % 4]!);
    const [out, negated] = [poly(2), poly(2)];
    const weights = [values, values.map((w) => -w)].map((w) => kernel.runWeights(basis, w, terms, run));
    kernel.runProducts([out, negated], xs, weights);
    const want = (t: number) => {
      const [i, j] = [Math.floor(t / degree), t % degree];
      const row = (i * runs + Math.floor(j / run)) * terms;
      return xs.reduce((sum, x, k) => sum + BigInt(x[t]!) * BigInt(values[row + k]!), 0n);
    };
    expectEqual(out, want);
    expectEqual(negated, (t) => -want(t));
  });

  it('runProducts takes blocks of a larger ring, with runs longer and shorter than a block', () => {
    const large = kernel.basis(2048, primesBelow(bits, 2048, 2));
    for (const run of [16, 1024]) {
      const x = new Float64Array(4096).map((_, t) => (t % 2 ? 1 : -1) * end(large.moduli[t >> 11]!) + t);
      const values = Float64Array.from({ length: (2 * 2048) / run }, (_, v) => v - 100);
      const out = new Float64Array(4096);
      kernel.runProducts([out], [x], [kernel.runWeights(large, values, 1, run)]);
      const right = out.every((r, t) => {
        const q = BigInt(large.moduli[t >> 11]!);
        return mod(BigInt(r) - BigInt(x[t]!) * BigInt(values[Math.floor(t / run)]!), q) === 0n;
      });
      expect(right).toBe(true);
    }
  });

  it('scales, and subtracts and scales, by one constant for each limb', () => {
    const [a, b, out] = [poly(0), poly(1), poly(2)];
    const factors = moduli.map((q, i) => (i ? -1 : 1) * end(q));
    const factorAt = (t: number) => BigInt(factors[Math.floor(t / degree)]!);
    kernel.scale(basis, out, a, factors);
    expectEqual(out, (t) => BigInt(a[t]!) * factorAt(t));
    kernel.subtractScale(basis, out, a, b, factors);
    expectEqual(out, (t) => (BigInt(a[t]!) - BigInt(b[t]!)) * factorAt(t));
    kernel.subtractScale(basis, b, b, a, factors);
    expect(b.every((x, t) => mod(BigInt(x) + BigInt(out[t]!), BigInt(modulusAt(t))) === 0n)).toBe(true);
  });

  it('makes residues canonical: in [0, q), one zero', () => {
    const x = poly(2);
    for (const [i, q] of moduli.entries()) {
      x.set(
        [0, -0, 1, -1, (q - 1) / 2, -(q - 1) / 2, (q + 1) / 2, -(q + 1) / 2, end(q), -end(q)],
        i * degree,
      );
    }
    const before = x.slice();
    kernel.canonical(basis, x, x);
    expect(x.some((r) => Object.is(r, -0))).toBe(false);
    expect(x.every((r, t) => r === Number(mod(BigInt(before[t]!), BigInt(modulusAt(t)))))).toBe(true);
  });

  /** Coefficients as `intt` leaves them: nearest zero, the ends included, for one limb at a time. */
  const coefficients = (source: readonly Modulus[]): Float64Array => {
    const words = random.words(source.length * degree);
    return Float64Array.from(words, (w, t) => {
      const [i, j] = [Math.floor(t / degree), t % degree];
      const half = (source[i]! - 1) / 2;
      const edges = new Map([
        [0, 0],
        [1, -1],
        [2 + i, half],
        [8 + i, -half],
      ]);
      return edges.get(j) ?? Math.round((w / 2 ** 31 - 1) * half);
    });
  };

  /** The integer of least magnitude with these residues, for each coefficient. */
  const integersOf = (x: Float64Array, source: readonly Modulus[]): bigint[] =>
    Array.from({ length: degree }, (_, j) =>
      fromResidues(
        source.map((_q, i) => x[i * degree + j]!),
        source,
      ),
    );

  // Also from large moduli to small ones: one source limb goes into the transform as it is.
  it.each([
    [1, Math.min(bits, 34) - 1],
    [1, 25],
    [1, bits - 0.5],
    [2, Math.min(bits, 34) - 1],
    [3, bits - 0.5],
  ])('converts %i limbs to values modulo others of %d bits, least magnitude', (limbs, size) => {
    const source = moduli.slice(0, limbs);
    const targets = primesBelow(size, degree, 2) as Modulus[];
    const [from, to] = [kernel.basis(degree, source), kernel.basis(degree, targets)];
    const x = coefficients(source);
    const out = new Float64Array(2 * degree + 1).fill(7);
    kernel.convert(from, to, out, x);
    expect(out[2 * degree]).toBe(7);
    targets.forEach((p, i) => {
      const values = out.subarray(i * degree, (i + 1) * degree);
      expect(values.every((v) => Number.isInteger(v) && Math.abs(v) <= end(p))).toBe(true);
    });
    kernel.intt(to, out.subarray(0, 2 * degree));
    for (const [j, whole] of integersOf(x, source).entries()) {
      for (const [i, p] of targets.entries()) {
        expect(mod(BigInt(out[i * degree + j]!) - whole, BigInt(p))).toBe(0n);
      }
    }
  });

  it('divides: (x - d) c, plus a polynomial, its values in other places, each by choice', () => {
    const [tail, kept] = [moduli.slice(0, 1), moduli.slice(1)];
    const by = {
      tail: kernel.basis(degree, tail),
      kept: kernel.basis(degree, kept),
      factors: kept.map((q, i) => (i ? -1 : 1) * end(q)),
    };
    const [x, plus, dropped] = [poly(0), poly(1), coefficients(tail)].map((p) => p.slice(0, 2 * degree));
    const d = new Float64Array(2 * degree);
    kernel.convert(by.tail, by.kept, d, dropped!);
    const target = Uint32Array.from({ length: degree }, (_, j) => (j * 5 + 3) % degree);
    for (const then of [{}, { plus: plus! }, { target }, { plus: plus!, target }]) {
      const out = new Float64Array(2 * degree).fill(7);
      kernel.divide(by, out, x!, dropped!, then);
      for (let t = 0; t < out.length; t++) {
        const [i, j] = [Math.floor(t / degree), t % degree];
        const q = BigInt(kept[i]!);
        const sum = 'plus' in then ? BigInt(plus![t]!) : 0n;
        const want = (BigInt(x![t]!) - BigInt(d[t]!)) * BigInt(by.factors[i]!) + sum;
        const got = out['target' in then ? i * degree + target[j]! : t]!;
        expect(mod(BigInt(got) - want, q)).toBe(0n);
        expect(Math.abs(got)).toBeLessThanOrEqual(end(kept[i]!));
      }
    }
  });

  it('switches an odd number of coefficients and touches no other', () => {
    const [from, to] = [basis, kernel.basis(degree, moduli.slice(1))];
    const x = new Float64Array(9).map((_, t) => (t % 2 ? -1 : 1) * end(moduli[Math.floor(t / 3)]!));
    const out = new Float64Array(7).fill(5);
    kernel.dropFirst(from, to, out, x, 65_537, 3);
    const full = new Float64Array(3 * degree);
    for (let i = 0; i < 3; i++) full.set(x.subarray(3 * i, 3 * i + 3), i * degree);
    const wide = new Float64Array(2 * degree);
    kernel.dropFirst(from, to, wide, full, 65_537, degree);
    expect([...out]).toEqual([...wide.subarray(0, 3), ...wide.subarray(degree, degree + 3), 5]);
  });
});

describe.each([relaxed, plain])('$name, primes below 2^30', (kernel) => {
  it('runProducts holds the longest sum of the largest products', () => {
    const [q] = primesBelow(30, degree) as [Modulus];
    const basis = kernel.basis(degree, [q]);
    const x = new Float64Array(degree).fill(end(q) - (end(q) % 2 === 0 ? 1 : 0));
    // Its lower part is 2^14 - 1, the largest odd one: a sum that grew past 2^53 would lose its last bit.
    const weight = 1000 * 2 ** 15 + 2 ** 14 - 1;
    const terms = 1200;
    const weights = kernel.runWeights(basis, new Float64Array(terms).fill(weight), terms, degree);
    const out = new Float64Array(degree);
    kernel.runProducts([out], new Array<Float64Array>(terms).fill(x), [weights]);
    const want = BigInt(terms) * BigInt(x[0]!) * BigInt(weight);
    expect(out.every((r) => mod(BigInt(r) - want, BigInt(q)) === 0n)).toBe(true);
  });
});

describe('relaxed and plain', () => {
  it('give the same bits in every operation, before any reduction', () => {
    const moduli = primesBelow(48, 1024, 3);
    const outputs = [relaxed, plain].map((kernel) => {
      const random = named('same bits');
      const basis = kernel.basis(1024, moduli);
      const rest = kernel.basis(1024, moduli.slice(1));
      const fresh = () => {
        const words = random.words(3 * 1024);
        return Float64Array.from(words, (w, t) => Math.round((w / 2 ** 32 - 0.5) * 1.1 * moduli[t >> 10]!));
      };
      const [a, b, c] = [fresh(), fresh(), fresh()];
      const results: Float64Array[] = [];
      const into = (call: (out: Float64Array) => void) => {
        const out = c.slice();
        call(out);
        results.push(out);
      };
      into((out) => kernel.add(basis, out, a, b));
      into((out) => kernel.subtract(basis, out, a, b));
      into((out) => kernel.multiply(basis, out, a, b));
      into((out) => kernel.multiplyAdd(basis, out, a, b));
      into((out) => kernel.scale(basis, out, a, [3, -5, 7]));
      into((out) => kernel.subtractScale(basis, out, a, b, [3, -5, 7]));
      into((out) => kernel.innerProducts(basis, [out], [a, b, c], [[b, c, a]]));
      into((out) => kernel.intt(basis, out, a));
      into((out) => kernel.convert(basis, rest, out, a));
      into((out) => kernel.divide({ tail: basis, kept: rest, factors: [3, -5] }, out, a, b, { plus: c }));
      into((out) => kernel.dropFirst(basis, rest, out, a, 65_537, 1024));
      return results;
    });
    expect(outputs[0]).toEqual(outputs[1]);
  });
});
