/**
 * What an evaluation consists of: for each linear layer the level it starts at, the scale of its weights, and how its
 * rotations are split into baby steps and giant steps; which keys that needs, and at which level; how many operations.
 * @module
 */
import { spatialSteps } from './layout.ts';
import { embeddingLevel, freshLevel, type ImageParameters, taps } from './parameters.ts';

/**
 * One linear layer: out = sum over giants j of rot(sum over babies of weights * rot(x, baby), j * giantStep). The outer
 * sum is Horner's, from the last giant down, so one key serves all giants.
 */
export interface LinearPlan {
  readonly name: string;
  /** Primes of the operands; the result has one less, and its square two. */
  readonly level: number;
  /** What weights are multiplied with, so that the rescale ends at `outputScale`. */
  readonly weightScale: number;
  readonly outputScale: number;
  /** Rotations of each input, in slots: inner index over channel steps. */
  readonly babies: readonly number[];
  readonly giants: number;
  readonly giantStep: number;
}

/** A rotation that the server performs, with the highest level it happens at. */
export interface RotationNeed {
  /** In slots, from 1 to N/2 - 1. */
  readonly steps: number;
  readonly level: number;
}

/** Baby steps of the head; giants are D / this. */
const headBabies = 16;

/** The layers that end in a square, first to last. */
export function layerPlans(set: ImageParameters): LinearPlan[] {
  const { ring, block, preRotations, babySteps, squares } = set;
  const primes = ring.moduli.flat();
  return Array.from({ length: squares }, (_, k) => {
    const level = freshLevel(set) - 2 * k;
    // The square's rescale gives the activation scale back: drift would double with every layer.
    const outputScale = Math.sqrt(ring.scale * primes[level - 2]!);
    const weightScale = (outputScale * primes[level - 1]!) / ring.scale;
    const common = { name: `conv${k + 1}`, level, weightScale, outputScale };
    if (k === 0) {
      const giants = block / preRotations;
      const babies = Array.from({ length: preRotations }, (_, i) => i * giants);
      return { ...common, babies, giants, giantStep: 1 };
    }
    const babies = spatialSteps(set).flatMap((step) => Array.from({ length: babySteps }, (_, c) => step + c));
    return { ...common, babies, giants: block / babySteps, giantStep: babySteps };
  });
}

/** The dense map to the embedding: D diagonals of each input, then sums over the N/2D slots that belong together. */
export function headPlan(set: ImageParameters): LinearPlan {
  const { ring, embeddingScale, embedding } = set;
  const level = embeddingLevel + 1;
  return {
    name: 'head',
    level,
    weightScale: (embeddingScale * ring.moduli.flat()[level - 1]!) / ring.scale,
    outputScale: embeddingScale,
    babies: Array.from({ length: headBabies }, (_, b) => b),
    giants: embedding / headBabies,
    giantStep: headBabies,
  };
}

/** What one evaluation reports, in order. */
export function stepNames(set: ImageParameters): string[] {
  return [...layerPlans(set), headPlan(set)].map(({ name }) => name);
}

/** Rotations that add up the slots of one component: D, 2 D, ... N/4. */
export function foldSteps({ ring, embedding }: ImageParameters): number[] {
  const folds = Math.log2(ring.degree / 2 / embedding);
  return Array.from({ length: folds }, (_, f) => embedding * 2 ** f);
}

/** In the order in which their keys travel: by steps. A key made for a level serves all lower ones. */
export function rotationNeeds(set: ImageParameters): RotationNeed[] {
  const slots = set.ring.degree / 2;
  const [first, ...trunk] = layerPlans(set);
  const head = headPlan(set);
  const wanted: RotationNeed[] = [
    { steps: first!.giantStep, level: first!.level },
    ...trunk.flatMap(({ level, giantStep }) => [
      ...spatialSteps(set).map((steps) => ({ steps, level })),
      { steps: giantStep, level },
    ]),
    ...[head.giantStep, ...foldSteps(set)].map((steps) => ({ steps, level: head.level })),
  ];
  const levels = new Map<number, number>();
  for (const { steps, level } of wanted) {
    const turned = (steps + slots) % slots;
    if (turned !== 0) levels.set(turned, Math.max(level, levels.get(turned) ?? 0));
  }
  return [...levels].map(([steps, level]) => ({ steps, level })).sort((a, b) => a.steps - b.steps);
}

/** The highest level at which something is relinearised: the first square. */
export function relinearisationLevel(set: ImageParameters): number {
  return freshLevel(set) - 1;
}

export interface OperationCounts {
  /** Key switches with a decomposition of their own. */
  readonly rotations: number;
  /** Key switches that share one. */
  readonly hoisted: number;
  /** Ciphertext times plaintext. */
  readonly products: number;
  /** Ciphertext times ciphertext. */
  readonly multiplications: number;
}

/** Operations of each step of one evaluation, for a network of so many channels. */
export function operationCounts(set: ImageParameters, channels: number): Record<string, OperationCounts> {
  const blocks = channels / set.block;
  const counts: Record<string, OperationCounts> = {};
  for (const [k, { name, babies, giants }] of layerPlans(set).entries()) {
    const inputs = k === 0 ? taps / set.block : blocks;
    const babiesMade = k === 0 ? 0 : babies.length - set.babySteps;
    counts[name] = {
      rotations: blocks * (giants - 1) + (k === 0 ? 0 : inputs * (set.babySteps - 1)),
      hoisted: inputs * babiesMade,
      products: inputs * babies.length * blocks * giants,
      multiplications: blocks,
    };
  }
  const head = headPlan(set);
  counts[head.name] = {
    rotations: blocks * (head.babies.length - 1 + head.giants - 1) + foldSteps(set).length,
    hoisted: 0,
    products: blocks * head.babies.length * head.giants,
    multiplications: 0,
  };
  counts['match'] = { rotations: 0, hoisted: 0, products: 0, multiplications: 2 };
  return counts;
}
