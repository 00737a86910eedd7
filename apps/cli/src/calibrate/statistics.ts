/**
 * From scores to error rates with intervals. Knows people by number only; no faces, no files.
 *
 * Intervals are an identity bootstrap: people, not comparisons, are drawn again with replacement, because all
 * comparisons of one person rise and fall together. A person drawn k times counts k times in a genuine
 * comparison; two people count the product of their numbers in an impostor comparison.
 * @see Poh and Bengio, "Estimating the confidence interval of expected performance curve in biometric
 * authentication using joint bootstrap" (ICASSP 2007)
 * @module
 */

/** Scores are integers whose order is the order of likeness. */
export interface Comparisons {
  /** Number of people; persons are 0..people-1. */
  readonly people: number;
  readonly genuine: { readonly scores: Int32Array; readonly person: Uint16Array };
  /** The highest impostor scores: all of them above some score, the rest counted in `total` only. */
  readonly impostor: {
    readonly scores: Int32Array;
    readonly person: Uint16Array;
    readonly other: Uint16Array;
    /** The random frame of each. */
    readonly draw: Uint16Array;
  };
  /** The weight of all impostor comparisons when person p counts `weights[p]` times. */
  total(weights: Float64Array): number;
}

export interface Estimate {
  readonly value: number;
  /** The 95 % interval. */
  readonly low: number;
  readonly high: number;
}

export const rates = [1e-2, 1e-3, 1e-4] as const;
export interface ErrorRates {
  readonly eer: Estimate;
  /** Share of genuine comparisons accepted at each of `rates`. */
  readonly tar: readonly Estimate[];
  /** The highest score that is refused at each of `rates`. */
  readonly refused: readonly number[];
}

const missedScore = -(2 ** 30);

/** The score of a comparison that cannot be made because a face was not found: refused at every threshold. */
export { missedScore as missed };

/**
 * @param replicates of the bootstrap; deterministic.
 * @throws {RangeError} without a genuine comparison.
 */
export function errorRates(comparisons: Comparisons, replicates = 300): ErrorRates {
  if (comparisons.genuine.scores.length === 0) throw new RangeError('no genuine comparison');
  const sorted = sort(comparisons);
  const found = evaluate(sorted, new Float64Array(comparisons.people).fill(1));
  const samples = bootstrap(sorted, replicates, (weights) => evaluate(sorted, weights));
  const estimate = (of: (one: Rates) => number): Estimate => interval(of(found), samples.map(of));
  return {
    eer: estimate(({ eer }) => eer),
    tar: rates.map((_, i) => estimate(({ tar }) => tar[i]!)),
    refused: found.refused,
  };
}

/** What one fixed threshold does: shares of impostor and of genuine comparisons at or above it. */
export function ratesAt(
  comparisons: Comparisons,
  threshold: number,
  replicates = 300,
): { fmr: Estimate; tar: Estimate } {
  const { genuine, impostor, people, total } = comparisons;
  const reached = [...impostor.scores.keys()].filter((i) => impostor.scores[i]! >= threshold);
  const fmr = (weights: Float64Array): number =>
    reached.reduce((sum, i) => sum + weights[impostor.person[i]!]! * weights[impostor.other[i]!]!, 0) /
    total(weights);
  const tar = (weights: Float64Array): number => {
    let [accepted, all] = [0, 0];
    for (const [i, person] of genuine.person.entries()) {
      all += weights[person]!;
      if (genuine.scores[i]! >= threshold) accepted += weights[person]!;
    }
    return accepted / all;
  };
  const ones = new Float64Array(people).fill(1);
  const of = (rate: (weights: Float64Array) => number): Estimate =>
    interval(rate(ones), bootstrap(comparisons, replicates, rate));
  return { fmr: of(fmr), tar: of(tar) };
}

/** `measure` on people drawn again with replacement; deterministic. */
function bootstrap<T>(
  { people, genuine }: Comparisons,
  replicates: number,
  measure: (weights: Float64Array) => T,
): T[] {
  const next = generator(20_261_120);
  const samples: T[] = [];
  while (samples.length < replicates) {
    const weights = resample(people, next);
    // A draw without any genuine comparison says nothing; it happens with very few people only.
    if (genuine.person.some((p) => weights[p]! > 0)) samples.push(measure(weights));
  }
  return samples;
}

/** The middle 95 % of the samples. */
export function interval(value: number, samples: readonly number[]): Estimate {
  const sorted = Float64Array.from(samples).sort();
  return { value, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** @param sorted ascending, at least one. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))]!;
}

interface Rates {
  readonly eer: number;
  readonly tar: readonly number[];
  readonly refused: readonly number[];
}

/**
 * One walk from the highest score downwards. Before the impostors of a score are let in, the threshold lies just
 * above that score; the threshold of a rate is the last one that keeps to it.
 */
function evaluate({ genuine, impostor, total }: Comparisons, weights: Float64Array): Rates {
  const all = total(weights);
  const people = genuine.person.reduce((sum, p) => sum + weights[p]!, 0);
  const tar: number[] = [];
  const refused: number[] = [];
  let eer = Number.NaN;
  let [accepted, mistaken, g] = [0, 0, 0];
  let before = { fmr: 0, fnmr: 1 };
  for (let i = 0; i < impostor.scores.length; ) {
    const score = impostor.scores[i]!;
    for (; g < genuine.scores.length && genuine.scores[g]! > score; g++) {
      accepted += weights[genuine.person[g]!]!;
    }
    const now = { fmr: mistaken / all, fnmr: 1 - accepted / people };
    if (Number.isNaN(eer) && now.fmr >= now.fnmr) eer = crossing(before, now);
    before = now;
    for (; i < impostor.scores.length && impostor.scores[i] === score; i++) {
      mistaken += weights[impostor.person[i]!]! * weights[impostor.other[i]!]!;
    }
    // The smallest rate is exceeded first: rates are listed from the largest.
    while (tar.length < rates.length && mistaken > rates[rates.length - 1 - tar.length]! * all) {
      tar.push(accepted / people);
      refused.push(score);
    }
    if (tar.length === rates.length && !Number.isNaN(eer)) break;
  }
  if (Number.isNaN(eer)) {
    const rest = { fmr: mistaken / all, fnmr: 1 - accepted / people };
    if (rest.fmr >= rest.fnmr) eer = crossing(before, rest);
  }
  // No impostor kept: nothing is known below the lowest score.
  while (tar.length < rates.length) {
    tar.push(accepted / people);
    refused.push(impostor.scores.at(-1) ?? missedScore);
  }
  return { eer, tar: tar.reverse(), refused: refused.reverse() };
}

/** Where the line between two points of the curve has equal error rates. */
function crossing(p: { fmr: number; fnmr: number }, q: { fmr: number; fnmr: number }): number {
  const [above, below] = [p.fnmr - p.fmr, q.fnmr - q.fmr];
  return above === below ? q.fmr : p.fmr + (above / (above - below)) * (q.fmr - p.fmr);
}

/** The same comparisons, highest score first. */
function sort({ people, genuine, impostor, total }: Comparisons): Comparisons {
  const g = descending(genuine.scores);
  const i = descending(impostor.scores);
  return {
    people,
    genuine: { scores: pick(genuine.scores, g), person: pick(genuine.person, g) },
    impostor: {
      scores: pick(impostor.scores, i),
      person: pick(impostor.person, i),
      other: pick(impostor.other, i),
      draw: pick(impostor.draw, i),
    },
    total,
  };
}

/** Indices in falling order of score: score and index share one double (31 and 22 bits), which sort natively. */
function descending(scores: Int32Array): Uint32Array {
  if (scores.length > 2 ** 22) throw new RangeError('too many scores kept');
  const keys = Float64Array.from(scores, (score, i) => -score * 2 ** 22 + i).sort();
  return Uint32Array.from(keys, (key) => ((key % 2 ** 22) + 2 ** 22) % 2 ** 22);
}

function pick<T extends Int32Array | Uint16Array>(values: T, order: Uint32Array): T {
  const out = new (values.constructor as new (length: number) => T)(order.length);
  for (let i = 0; i < order.length; i++) out[i] = values[order[i]!]!;
  return out;
}

/** How often each of `people` is drawn. */
export function resample(people: number, next: () => number): Float64Array {
  const weights = new Float64Array(people);
  for (let i = 0; i < people; i++) weights[Math.floor(next() * people)]! += 1;
  return weights;
}

/** Numbers in [0, 1), the same in every run (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
