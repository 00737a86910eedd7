import { describe, expect, it } from 'vitest';
import { logisticVerifier } from '../src/client/logistic.ts';
import { meanVerifier, unitVector } from '../src/client/template.ts';
import { codeOf, near as nearTo, uniform, vector } from './support/sample.ts';

const dim = 24;
const next = uniform('logistic');
/** People who share a direction, as generated faces do. */
const common = unitVector(vector(next, dim));
const near = (centre: ArrayLike<number>, noise: number) => unitVector(nearTo(next, centre, noise));
const cohort = Array.from({ length: 60 }, () => near(common, 0.3));
const person = near(common, 0.3);
const frames = Array.from({ length: 5 }, () => near(person, 0.05));
const parameters = { strength: 10, cohortWeight: 1 };

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, i) => value * b[i]!).reduce((sum, value) => sum + value, 0);

describe('the logistic verifier', () => {
  it('is where plain gradient descent ends', () => {
    const x = meanVerifier(frames);
    const w = new Float64Array(dim);
    for (let i = 0; i < 400; i++) {
      const pull = parameters.strength / (1 + Math.exp(dot(w, x)));
      const push = cohort.map((c) => parameters.strength / (1 + Math.exp(-dot(w, c))) / cohort.length);
      for (let k = 0; k < dim; k++) {
        const gradient = w[k]! - pull * x[k]! + push.reduce((sum, p, j) => sum + p * cohort[j]![k]!, 0);
        w[k]! -= 0.2 * gradient;
      }
    }
    const found = logisticVerifier(cohort, parameters)(frames);
    expect(dot(found, unitVector(w))).toBeGreaterThan(1 - 1e-9);
    expect(dot(found, found)).toBeCloseTo(1, 12);
  });

  it('tells the person from the cohort more sharply than the mean does', () => {
    const margin = (w: ArrayLike<number>): number =>
      dot(w, meanVerifier(frames)) - Math.max(...cohort.map((c) => dot(w, c)));
    expect(margin(logisticVerifier(cohort, parameters)(frames))).toBeGreaterThan(
      1.2 * margin(meanVerifier(frames)),
    );
  });

  it('is the mean without the weight of the cohort, and the same every time', () => {
    const mean = meanVerifier(frames);
    const free = logisticVerifier(cohort, { strength: 10, cohortWeight: 0 })(frames);
    for (const [i, value] of free.entries()) expect(value).toBeCloseTo(mean[i]!, 9);
    const train = logisticVerifier(cohort, parameters);
    expect(train(frames)).toEqual(train(frames));
  });

  it.each<[string, readonly (readonly number[])[], readonly (readonly number[])[]]>([
    ['no embedding', [], [[1, 0]]],
    ['no cohort', [[1, 0]], []],
    ['a cohort of another length', [[1, 0]], [[1, 0, 0]]],
    ['an infinite value', [[Number.POSITIVE_INFINITY, 0]], [[1, 0]]],
    ['a cohort member that is 0', [[1, 0]], [[0, 0]]],
  ])('refuses %s', async (_what, embeddings, others) => {
    expect(await codeOf(() => logisticVerifier(others, parameters)(embeddings))).toBe('embedding-refused');
  });
});
