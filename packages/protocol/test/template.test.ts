import { describe, expect, it } from 'vitest';
import { applyFrame, frame } from '../src/client/frame.ts';
import { meanVerifier, quantise, unitVector } from '../src/client/template.ts';
import { sealed1 } from '../src/wire.ts';
import { codeOf, uniform, vector } from './support/sample.ts';

const sum = (t: Int8Array) => t.reduce((total, digit) => total + digit, 0);
const squares = (t: Int8Array) => t.reduce((total, digit) => total + digit * digit, 0);

describe('the template', () => {
  const next = uniform('template');
  const projections = Array.from({ length: 40 }, (_, k) => {
    const dim = [8, 64, 128, 192][k % 4]!;
    return applyFrame(frame(new Uint8Array(32).fill(k), dim), unitVector(vector(next, dim)));
  });

  it('has 512 int4 digits, sum t_i^2 in the interval, and an even sum', () => {
    for (const y of projections) {
      const t = quantise(y, sealed1);
      expect(t).toHaveLength(512);
      expect(Math.max(...t.map(Math.abs))).toBeLessThanOrEqual(7);
      expect(squares(t)).toBeGreaterThanOrEqual(3008);
      expect(squares(t)).toBeLessThanOrEqual(3136);
      expect(Math.abs(sum(t)) % 2).toBe(0);
    }
  });

  it('is the rounding of y at one common step', () => {
    let odd = 0;
    for (const y of projections) {
      const t = quantise(y, sealed1);
      // the steps at which digit i is what it is
      const steps = Array.from(t, (digit, i) => {
        const ends = [(digit - 0.5) / y[i]!, (digit + 0.5) / y[i]!].sort((a, b) => a - b);
        return { low: ends[0]!, high: Math.abs(digit) === 7 ? Number.POSITIVE_INFINITY : ends[1]! };
      });
      const low = Math.max(...steps.map((step) => step.low));
      const high = Math.min(...steps.map((step) => step.high));
      expect(low).toBeLessThan(high * (1 + 1e-12));
      odd += Number(squares(t) < 3072);
    }
    // half of the sums are odd at the first step that reaches the middle; those templates end just below it
    expect(odd).toBeGreaterThan(5);
    expect(odd).toBeLessThan(35);
  });

  it('points where the verifier points', () => {
    for (const y of projections) {
      const t = quantise(y, sealed1);
      const dot = t.reduce((total, digit, i) => total + digit * y[i]!, 0);
      expect(dot / Math.sqrt(squares(t))).toBeGreaterThan(0.98); // |y| = 1
    }
  });

  it('does not depend on the length of its input', () => {
    const y = projections[0]!;
    expect(
      quantise(
        y.map((value) => value * 3),
        sealed1,
      ),
    ).toEqual(quantise(y, sealed1));
  });

  it.each([
    ['all zero', () => new Float64Array(512)],
    ['one value', () => new Float64Array(512).fill(0.1)],
    ['one spike', () => new Float64Array(512).fill(1, 0, 1)],
    ['too short', () => Float64Array.from({ length: 511 }, (_, i) => Math.sin(i))],
    ['not a number', () => new Float64Array(512).fill(Number.NaN)],
  ])('refuses %s', async (_name, make) => {
    expect(await codeOf(() => quantise(make(), sealed1))).toBe('template-refused');
  });
});

describe('the mean verifier', () => {
  it('is the normalised mean of normalised embeddings', () => {
    const w = meanVerifier([
      [2, 0],
      [0, 5],
    ]);
    expect(w[0]).toBeCloseTo(Math.SQRT1_2, 12);
    expect(w[1]).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it.each([
    ['no embedding', []],
    ['a zero embedding', [[0, 0]]],
    [
      'opposite embeddings',
      [
        [1, 0],
        [-1, 0],
      ],
    ],
    ['embeddings of two lengths', [[1, 0], [1]]],
    ['an infinite value', [[Number.POSITIVE_INFINITY, 0]]],
  ])('refuses %s', async (_name, embeddings) => {
    expect(await codeOf(() => meanVerifier(embeddings))).toBe('embedding-refused');
  });
});
