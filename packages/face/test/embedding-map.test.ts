import { describe, expect, it } from 'vitest';
import { affineMap, centreMap, identityMap } from '../src/core/embedding-map.ts';

describe('the embedding map', () => {
  it('of identity is the direction of the network output', () => {
    expect([...identityMap(2).apply([3, 4])]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
  });

  it('of centring subtracts mu from the direction, not from the output', () => {
    const x = centreMap(Float32Array.of(0.6, 0)).apply([30, 40]); // (0.6, 0.8) - (0.6, 0)
    expect(x[0]).toBeCloseTo(0, 6);
    expect(x[1]).toBeCloseTo(1, 6);
  });

  it('of an affine map is W (e - mu), row by row', () => {
    // mu = (0, 0.8); W = ((2, 0), (0, 1), (1, 1)): (1.2, 0, 0.6) for e = (0.6, 0.8).
    const x = affineMap(Float32Array.of(0, 0.8, 2, 0, 0, 1, 1, 1), 3, 2).apply([3, 4]);
    const length = Math.hypot(1.2, 0.6);
    for (const [i, value] of [1.2, 0, 0.6].entries()) expect(x[i]).toBeCloseTo(value / length, 6);
  });

  it('refuses outputs and matrices of another size, and values that are no numbers', () => {
    const refused = expect.objectContaining({ code: 'bad-embedding' });
    expect(() => identityMap(3).apply([1, 2])).toThrow(refused);
    expect(() => centreMap(Float32Array.of(Number.NaN, 0))).toThrow(refused);
    expect(() => affineMap(new Float32Array(7), 3, 2)).toThrow(refused);
    expect(() => identityMap(2).apply([0, 0])).toThrow(refused);
  });
});
