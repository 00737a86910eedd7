import { createHash } from 'node:crypto';
import {
  type Comparisons,
  errorRates,
  type FaceSet,
  float,
  generator,
  meansOfPictures,
  sealed,
  singlePictures,
} from '@blindsight/cli/calibrate';
import { meanVerifier as mean } from '@blindsight/protocol/client';
import { frame, plainScorer } from '@blindsight/protocol/oracle';
import { describe, expect, it } from 'vitest';
import { measure } from '../src/accuracy.ts';
import type { Row } from '../src/report.ts';

describe('error rates', () => {
  it('are those counted by hand', () => {
    // 1,000 impostors with scores 0..999; genuine: nine at 995 and one at 5
    const found = errorRates(
      comparisons(ascending(1000), [995, 995, 995, 995, 995, 995, 995, 995, 995, 5]),
      20,
    );
    // FMR 1e-2 lets the ten impostors 990..999 in: the threshold is 990
    expect(found.tar.map(({ value }) => value)).toEqual([0.9, 0, 0]);
    expect(found.refused).toEqual([989, 998, 999]);
    // one of ten refused, so the rates meet where a tenth of the impostors is accepted
    expect(found.eer.value).toBeCloseTo(0.1, 2);
  });

  it('keep to the rate when many impostors share a score', () => {
    // 20 of 1,000 impostors at 50: letting them in would be FMR 2e-2, so a genuine 50 is refused, a 51 is not
    const impostor = [...Array.from({ length: 980 }, () => 0), ...Array.from({ length: 20 }, () => 50)];
    expect(errorRates(comparisons(impostor, [50, 51]), 20).tar[0]!.value).toBe(0.5);
  });

  it('have an interval that widens with fewer people', () => {
    const width = (people: number): number => {
      const next = generator(1);
      const scores = Array.from({ length: people }, () => Math.floor(1000 * next()));
      const { low, high } = errorRates(comparisons(ascending(1000), scores), 200).tar[0]!;
      return high - low;
    };
    expect(width(20)).toBeGreaterThan(1.5 * width(400));
  });
});

describe('the forms', () => {
  const next = generator(3);
  const [w, x] = [vector(next), vector(next)];

  it('give the score of the protocol in the sealed form', () => {
    const seed = createHash('sha256').update('accuracy/4/128').digest();
    const out = new Int32Array(2);
    sealed([x, w], [w, x], 4).row(1, out, 0);
    const score = plainScorer(w, seed);
    expect([...out]).toEqual([score(w), score(x)]);
    expect(frame(seed, 128).digits).toBe(512);
  });

  it('give the cosine in floating point', () => {
    const out = new Int32Array(1);
    float([w], [w], 0).row(0, out, 0);
    expect(out[0]).toBe(2 ** 20);
  });
});

describe('the comparisons', () => {
  const set = people(40, 10, 1.5);

  it('count every pair of pictures once, and each pair without a face as refused', () => {
    const { all, protocol } = singlePictures({ ...set, pictures: without(set.pictures, 0) }, mean, float, 1);
    expect(all.genuine.scores.length).toBe((40 * 10 * 9) / 2);
    expect(all.genuine.scores.filter((score) => score < -(2 ** 20)).length).toBe(9);
    expect(all.total(new Float64Array(40).fill(1))).toBe((40 * 39 * 100) / 2);
    expect(protocol.genuine.scores.length + protocol.impostor.scores.length).toBe(set.pairs.length);
  });

  it('weigh a person as often as the bootstrap draws it', () => {
    const { all } = singlePictures(set, mean, float, 1);
    const weights = new Float64Array(40).fill(1);
    weights[0] = 3;
    expect(all.total(weights)).toBe(100 * ((39 * 38) / 2 + 3 * 39));
  });

  it('never put one picture on both sides of a genuine comparison', async () => {
    const { genuine } = await meansOfPictures(people(40, 5, 1.5), mean, float, {
      enrol: 3,
      probe: 3,
      repeats: 2,
    });
    expect(genuine.scores.length).toBe(0);
    const enough = await meansOfPictures(people(40, 6, 1.5), mean, float, { enrol: 3, probe: 3, repeats: 2 });
    expect(enough.genuine.scores.length).toBe(80);
    expect(enough.genuine.scores.every((score) => score < 0.999 * 2 ** 20)).toBe(true);
  });

  it('get better with more pictures on either side, in every case of the table', async () => {
    const rows: Row[] = [];
    await measure(
      'made-up',
      set,
      { mean },
      (row) => rows.push(row),
      () => {},
      true,
    );
    expect(new Set(rows.map((row) => row.case)).size).toBe(2 * 9);
    expect(rows.every(({ value, low, high }) => low! <= value && value <= high! + 1e-9)).toBe(true);
    const tar = (frames: string, form: string): number =>
      rows.find((row) => row.case === `made-up/mean/${frames}/${form}` && row.metric === 'tar@1e-3')!.value;
    for (const form of ['float', 'sealed']) expect(tar('3x3', form)).toBeGreaterThan(tar('1x1', form));
  });
});

/** People as directions, pictures as directions near them. No faces. */
function people(count: number, pictures: number, noise: number): FaceSet {
  const next = generator(11);
  const all = Array.from({ length: count }, (_, person) => {
    const centre = vector(next);
    return Array.from({ length: pictures }, () => ({
      person,
      x: mixed(centre, vector(next), noise),
    }));
  }).flat();
  const pairs = Array.from({ length: count }, (_, p) => [
    [p * pictures, p * pictures + 1] as const,
    [p * pictures, ((p + 1) % count) * pictures] as const,
  ]).flat();
  return { people: count, pictures: all, pairs };
}

function without(pictures: FaceSet['pictures'], missing: number): FaceSet['pictures'] {
  return pictures.map((picture, i) => (i === missing ? { ...picture, x: undefined } : picture));
}

function vector(next: () => number): Float32Array {
  const sum = (): number => Array.from({ length: 12 }, next).reduce((a, b) => a + b, -6);
  return unit(Float32Array.from({ length: 128 }, sum));
}

const mixed = (a: Float32Array, b: Float32Array, noise: number): Float32Array =>
  unit(a.map((value, i) => value + noise * b[i]!));

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

const ascending = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Each genuine score is of another person; all impostors weigh the same. */
function comparisons(impostor: readonly number[], genuine: readonly number[]): Comparisons {
  const person = Uint16Array.from(genuine, (_, i) => i);
  return {
    people: genuine.length,
    genuine: { scores: Int32Array.from(genuine), person },
    impostor: {
      scores: Int32Array.from(impostor),
      person: Uint16Array.from(impostor, (_, i) => i % genuine.length),
      other: Uint16Array.from(impostor, (_, i) => (i + 1) % genuine.length),
      draw: new Uint16Array(impostor.length),
    },
    total: (weights) =>
      impostor.reduce(
        (sum, _, i) => sum + weights[i % genuine.length]! * weights[(i + 1) % genuine.length]!,
        0,
      ),
  };
}
