/**
 * How much room values, noise and lies have. Tables that tests recompute, and the numbers that the opening uses.
 * @module
 */
import { embeddingLevel, freshLevel, type ImageParameters } from './parameters.ts';
import { headPlan, layerPlans } from './plan.ts';

/** Frames that a template is the sum of. */
export const frames = { fewest: 3, most: 5 } as const;
/** The end of the widest norm window: what <e, e> may be, whose mean over the training pool is 4. */
export const largestNorm = 25;

/**
 * Coins of the device's noise, on each side: standard deviation sqrt(pairs / 2) = 2^8. An answer is then a sample of
 * learning with errors, not an equation on the key.
 */
export const noisePairs = 2 ** 17;

/** How many standard deviations the checks allow: an honest answer fails one of four with probability 10^-8. */
const allowedDeviations = 6;

/** The integer that an inner product of 1 becomes: scale^2 over the dropped prime, and a mean over D components. */
export function unit({ ring, embeddingScale, embedding }: ImageParameters): number {
  return embeddingScale ** 2 / ring.moduli.flat()[embeddingLevel - 1]! / embedding;
}

/** q: what answers are residues of. */
export function answerModulus({ ring }: ImageParameters): number {
  const [p, q] = ring.moduli[0]!;
  return p * q;
}

/**
 * T: how far two openings of one value may be apart for each unit of the multiplier. Device noise, and the roundings
 * of the last division.
 */
export function tolerance(set: ImageParameters): number {
  return allowedDeviations * Math.sqrt(noisePairs / 2 + roundings(set));
}

/** Variance of a coefficient after a division: both halves are rounded, and the second is multiplied by the key. */
function roundings({ ring }: ImageParameters): number {
  return (1 + (2 * ring.degree) / 3) / 12;
}

/** log2 of the largest inner product, multiplied, over half the modulus: must be negative. Unit: bits. */
export function answerRoom(set: ImageParameters): number {
  const largest = frames.most * largestNorm * unit(set) * 2 ** set.multiplierBits;
  return Math.log2(largest) - Math.log2(answerModulus(set) / 2);
}

/**
 * Probability that a lie about an inner product passes both relations, for a liar who knows everything but the
 * multipliers: for each, the share of multipliers within the tolerance of the liar's guess.
 * @param size of the lie, in units of the inner product.
 */
export function forgeryProbability(set: ImageParameters, size: number): number {
  const one = (2 * tolerance(set)) / (size * unit(set)) + 2 ** -set.multiplierBits;
  return Math.min(1, one) ** 2;
}

/** One row of the level table. */
export interface LevelRow {
  readonly step: string;
  /** Primes before the step. */
  readonly level: number;
  /** Limbs that the engine computes with there. */
  readonly limbs: number;
  /** log2 of the scale of the weights, of the sum and of the result. */
  readonly weightBits: number;
  readonly sumBits: number;
  readonly resultBits: number;
  /** Bits left above a value of size 1 at the tightest moment. */
  readonly headroom: number;
  /** Root mean square of what the roundings add to a slot, of the sum and of the result. In units of the values. */
  readonly sumNoise: number;
  readonly resultNoise: number;
}

export function levelTable(set: ImageParameters): LevelRow[] {
  const { ring } = set;
  const primes = ring.moduli.flat();
  const bitsOf = (level: number) => primes.slice(0, level).reduce((sum, q) => sum + Math.log2(q), 0) - 1;
  const noise = (scale: number) => slotNoise(set, scale);
  const squares = layerPlans(set).map(({ name, level, weightScale, outputScale }) => ({
    step: name,
    level,
    limbs: Math.ceil(level / 2),
    weightBits: Math.log2(weightScale),
    sumBits: Math.log2(weightScale * ring.scale),
    resultBits: Math.log2(ring.scale),
    headroom: Math.min(
      bitsOf(level) - Math.log2(weightScale * ring.scale),
      bitsOf(level - 1) - 2 * Math.log2(outputScale),
      bitsOf(level - 2) - Math.log2(ring.scale),
    ),
    sumNoise: noise(outputScale),
    resultNoise: noise(ring.scale),
  }));
  const head = headPlan(set);
  const headRow = {
    step: head.name,
    level: head.level,
    limbs: Math.ceil(head.level / 2),
    weightBits: Math.log2(head.weightScale),
    sumBits: Math.log2(head.weightScale * ring.scale),
    resultBits: Math.log2(head.outputScale),
    headroom: Math.min(
      bitsOf(head.level) - Math.log2(head.weightScale * ring.scale),
      bitsOf(embeddingLevel) - 2 * Math.log2(head.outputScale),
    ),
    sumNoise: noise(head.outputScale),
    resultNoise: noise(head.outputScale),
  };
  return [...squares, headRow];
}

/** Root mean square of the real part of a slot's error after one division. In units of the values. */
export function slotNoise(set: ImageParameters, scale: number): number {
  return Math.sqrt((set.ring.degree * roundings(set)) / 2) / scale;
}

/** Levels that a set needs and has. */
export function levelsSpent(set: ImageParameters): { needed: number; present: number } {
  return { needed: freshLevel(set), present: set.ring.moduli.flat().length };
}
