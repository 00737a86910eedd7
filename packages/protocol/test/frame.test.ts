import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { generate } from '../scripts/generate.ts';
import { applyFrame, frame } from '../src/client/frame.ts';
import { gaussians } from '../src/client/gaussian.ts';
import { computedHashes, frameHashes } from './support/frame-vectors.ts';
import { codeOf, uniform, vector } from './support/sample.ts';

const seed = (value: number) => new Uint8Array(32).fill(value);

describe('the frame', () => {
  it.each([1, 2, 16, 128, 192, 512])('is tight for embeddings of length %i: F^T F = I within 1e-6', (dim) => {
    const { entries, digits } = frame(seed(dim & 255), dim);
    let worst = 0;
    const stride = dim > 200 ? 13 : 1;
    for (let a = 0; a < dim; a += stride) {
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let i = 0; i < digits; i++) dot += entries[a * digits + i]! * entries[b * digits + i]!;
        worst = Math.max(worst, Math.abs(dot / 2 ** 52 - (a === b ? 1 : 0)));
      }
    }
    expect(worst).toBeLessThan(1e-6);
  });

  it('is made of integers no longer than 2^26, so that its arithmetic is exact', () => {
    const { entries } = frame(seed(1), 128);
    expect(entries.every((value) => Number.isInteger(value) && Math.abs(value) <= 2 ** 26)).toBe(true);
  });

  it.each(['fused', 'wasm', 'plain'] as const)(
    'is the same on every machine: committed vectors, %s',
    (form) => {
      expect(computedHashes(form)).toEqual(frameHashes);
    },
  );

  it.each([1, 2, 30, 128, 512])('has the same bits with and without WebAssembly, length %i', (dim) => {
    const plain = frame(seed(9), dim, 512, 'plain').entries;
    for (const form of ['fused', 'wasm', undefined] as const) {
      const { entries } = frame(seed(9), dim, 512, form);
      // not toEqual: it takes minutes to print what differs
      expect(entries.findIndex((value, at) => value !== plain[at])).toBe(-1);
    }
  });

  it('takes a number of digits that the module does not take', () => {
    expect(frame(seed(9), 3, 7).entries).toEqual(frame(seed(9), 3, 7, 'plain').entries);
    expect(() => frame(seed(9), 3, 7, 'wasm')).toThrow('no WebAssembly here');
  });

  it('has modules that are what `npm run generate` makes of the source, byte for byte', async () => {
    const committed = new URL('../generated/frame.ts', import.meta.url);
    expect(await generate()).toBe(await readFile(committed, 'utf8'));
  });

  it('differs between seeds', () => {
    expect(frame(seed(1), 4).entries).not.toEqual(frame(seed(2), 4).entries);
  });

  it('keeps angles: |F x| = |x|', () => {
    const x = vector(uniform('frame/x'), 128);
    const square = (v: Float64Array) => v.reduce((sum, value) => sum + value * value, 0);
    expect(square(applyFrame(frame(seed(3), 128), x)) / square(x)).toBeCloseTo(1, 5);
  });

  it.each([0, 513, 1.5, Number.NaN])('refuses embeddings of length %d', async (dim) => {
    expect(await codeOf(() => frame(seed(1), dim))).toBe('embedding-refused');
  });
});

describe('the Gaussians', () => {
  const sample = new Float64Array(200_000);
  gaussians(seed(5))(sample);
  for (let k = 0; k < sample.length; k++) sample[k]! /= 2 ** 20;

  it('have the moments of a normal law', () => {
    const moment = (k: number) => sample.reduce((sum, g) => sum + g ** k, 0) / sample.length;
    // deviations of the estimates: 0.0022, 0.0032, 0.0087, 0.022; five of each
    expect(Math.abs(moment(1))).toBeLessThan(0.0112);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.016);
    expect(Math.abs(moment(3))).toBeLessThan(0.044);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.11);
  });

  it('have the distribution of a normal law (Kolmogorov-Smirnov)', () => {
    const sorted = sample.toSorted();
    let distance = 0;
    for (const [k, g] of sorted.entries())
      distance = Math.max(distance, Math.abs((k + 0.5) / sorted.length - phi(g)));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(sample.length)); // 0.1 % level; the seed is fixed
  });
});

/** The normal distribution function by its series (Marsaglia, "Evaluating the Normal Distribution", 2004). */
function phi(x: number): number {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
  let [sum, term] = [x, x];
  for (let k = 3; sum + term !== sum && k < 400; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046728);
}
