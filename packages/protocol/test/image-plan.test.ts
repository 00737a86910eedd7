/** Levels, scales, keys and room of the encrypted-image check, as tables. */
import { ckks } from '@blindsight/fhe/evaluate';
import { describe, expect, it } from 'vitest';
import {
  answerModulus,
  answerRoom,
  forgeryProbability,
  levelsSpent,
  levelTable,
  tolerance,
  unit,
} from '../src/image/budget.ts';
import { type ImageParameters, ringface64, ringfaceMini } from '../src/image/parameters.ts';
import { foldSteps, layerPlans, operationCounts, rotationNeeds } from '../src/image/plan.ts';

const engine = (set: ImageParameters) => ckks.parameters({ ...set.ring, moduli: set.ring.moduli });

describe.each([
  ['ringface-64', ringface64, 430],
  ['ringface-mini', ringfaceMini, 214],
])('%s', (_name, set, bound) => {
  it('is inside the 2024 bound, with as many levels as its squares need', () => {
    const { modulusBits, security } = engine(set);
    expect(security).toBe('2024');
    expect(modulusBits).toBeLessThan(bound);
    const { needed, present } = levelsSpent(set);
    expect(present).toBe(needed);
  });

  it('has one limb for answers, and a digit for every one or two limbs', () => {
    expect(answerModulus(set)).toBeLessThan(2 ** 48);
    expect(set.ring.special).toHaveLength(set.ring.digitLimbs);
  });

  it('ends every square at the scale it began with, and leaves room above every value', () => {
    const primes = set.ring.moduli.flat();
    for (const { level, weightScale, outputScale } of layerPlans(set)) {
      const sum = (set.ring.scale * weightScale) / primes[level - 1]!;
      expect(sum / outputScale).toBeCloseTo(1, 12);
      expect(outputScale ** 2 / primes[level - 2]! / set.ring.scale).toBeCloseTo(1, 12);
    }
    const table = levelTable(set);
    expect(table.map(({ step }) => step)).toEqual([...layerPlans(set).map(({ name }) => name), 'head']);
    // A layer's largest value is below 2^12 by the importer, a component of an embedding below 2.
    for (const { step, headroom } of table) expect(headroom, step).toBeGreaterThan(step === 'head' ? 12 : 13);
    // Every rounding is below 2^-9 of a value of size 1, and of the large set below 2^-12.
    for (const { step, sumNoise, resultNoise } of table) {
      expect(Math.max(sumNoise, resultNoise), step).toBeLessThan(set === ringface64 ? 2 ** -12 : 2 ** -9);
    }
    // Weights keep at least 17 bits below the point.
    for (const { weightBits } of table) expect(weightBits).toBeGreaterThan(17);
  });

  it('has a key for every rotation, at the highest level where it happens', () => {
    const needs = new Map(rotationNeeds(set).map(({ steps, level }) => [steps, level]));
    const slots = set.ring.degree / 2;
    const [first, ...trunk] = layerPlans(set);
    expect(needs.get(1)).toBe(first!.level);
    for (const { babies, level, giantStep } of trunk) {
      expect(needs.get(giantStep)).toBeGreaterThanOrEqual(level);
      const spatial = babies.filter((steps) => steps % set.block === 0 && steps !== 0);
      expect(spatial).toHaveLength(8);
      for (const steps of spatial) expect(needs.get((steps + slots) % slots)).toBeGreaterThanOrEqual(level);
    }
    for (const steps of foldSteps(set)) expect(needs.get(steps)).toBeGreaterThanOrEqual(4);
  });

  it('opens with room for the longest template and the largest norm, and a lie of 2^-4 passes about once in 2^20', () => {
    expect(answerRoom(set)).toBeLessThan(0);
    expect(answerRoom(set)).toBeGreaterThan(-2.5);
    // The device's noise has 2^8; the tolerance is six of the whole.
    expect(tolerance(set) / 6).toBeGreaterThan(2 ** 8);
    expect(tolerance(set) / 6).toBeLessThan(2 ** 8.2);
    expect(unit(set)).toBeGreaterThan(2 ** 21);
  });
});

it('ringface-64: a cosine is wrong by 2^-4 with probability 2^-20 where it counts', () => {
  // <p, t> for the shortest template, three frames with |e| = 2: a lie of 2^-4 in the cosine is 12 * 2^-4.
  expect(Math.log2(forgeryProbability(ringface64, 12 / 16))).toBeLessThan(-20);
  // The smallest useful lie that the claim covers, and one that is not: 2^-8 passes more often.
  expect(Math.log2(forgeryProbability(ringface64, 12 / 256))).toBeGreaterThan(-15);
});

it('ringface-64: the operations of one evaluation', () => {
  expect(operationCounts(ringface64, 64)).toEqual({
    conv1: { rotations: 30, hoisted: 0, products: 192, multiplications: 2 },
    ...Object.fromEntries(
      ['conv2', 'conv3', 'conv4', 'conv5'].map((name) => [
        name,
        { rotations: 32, hoisted: 32, products: 1152, multiplications: 2 },
      ]),
    ),
    head: { rotations: 50, hoisted: 0, products: 256, multiplications: 0 },
    match: { rotations: 0, hoisted: 0, products: 0, multiplications: 2 },
  });
});
