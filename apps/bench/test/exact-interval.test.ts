import { describe, expect, it } from 'vitest';
import { exactInterval } from '../src/exact-interval.ts';

// Clopper and Pearson (1934); values as R's binom.test gives them.
describe('the exact interval', () => {
  it.each([
    [0, 50, 0, 0.0711],
    [0, 75, 0, 0.048],
    [1, 50, 0.0005, 0.1065],
    [5, 50, 0.0333, 0.2181],
    [50, 50, 0.9289, 1],
  ])('of %i in %i is %f to %f', (k, n, low, high) => {
    const interval = exactInterval(k, n);
    expect(interval.low).toBeCloseTo(low, 3);
    expect(interval.high).toBeCloseTo(high, 3);
  });

  it('says nothing of nothing', () => {
    expect(exactInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});
