/**
 * The wolf rate: which share of templates one sign vector opens, for somebody who holds the device's keys, knows the
 * secret frame and has not the face. Measured is a *lower estimate* WFMR: the best sign vectors that a search over
 * some people finds, tried on other people. A better search may find better ones; it is no proved supremum.
 *
 * Searched are, under every frame: the model mean, cluster centres of the search people, a sign vector grown by
 * greedy flips and one by gradient ascent from the best of these, and a set of five that together open most
 * templates, because five misses lock.
 * @see Une, Otsuka, Imai, "Wolf attack probability" (ICB 2007)
 * @module
 */
import { meanEmbedding } from '@blindsight/face';
import { meanVerifier, type Verifier } from '@blindsight/protocol/client';
import { breathe } from './breathe.ts';
import { clusterCentres } from './clusters.ts';
import type { FaceSet } from './comparisons.ts';
import {
  fillTable,
  lookUpTable,
  packSigns,
  projectionsOf,
  scoreAll,
  templatesOf,
} from './representations.ts';
import { type Estimate, generator, interval, resample } from './statistics.ts';

export interface WolfOptions {
  readonly verifier: Verifier;
  /** Pictures in a template. */
  readonly frames: number;
  /** The thresholds to be tried at. */
  readonly taus: readonly number[];
  /** Random frames of the sealed form; each is searched anew. */
  readonly draws: number;
  /** Default 1,000. */
  readonly centres?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Ways to look for a wolf; each gives one sign vector, `five` a set. */
export const strategies = ['mean', 'clusters', 'greedy', 'gradient', 'five'] as const;
export type Strategy = (typeof strategies)[number];

export interface WolfRates {
  /** Share of templates of people not searched, over frames, that are opened; the interval is over people. */
  readonly rates: Readonly<Record<Strategy, Estimate>>;
  /** The larger of `mean`, `clusters`, `greedy` and `gradient`: the estimate for one sign-in. */
  readonly one: Estimate;
  /** People whose templates were tried, each against what was found without them. */
  readonly people: number;
}

/**
 * For each threshold. Who has too few pictures for a template of `frames` is searched and never tried; the others are
 * tried in two halves, each against what was found without it. About a second of one core per frame and threshold
 * for 1,600 people. Rejects with the signal's reason when it is aborted.
 */
export async function wolfRates(set: FaceSet, options: WolfOptions): Promise<WolfRates[]> {
  const { searched, halves } = divide(set, options.frames);
  const shares: Shares[][] = [];
  for (const [k, tried] of halves.entries()) {
    shares.push(...(await hunt([...searched, ...halves[1 - k]!], tried, options)));
  }
  return options.taus.map((_, n) => {
    const rates = Object.fromEntries(
      strategies.map((strategy) => [strategy, overPeople(shares.map((person) => person[n]![strategy]))]),
    ) as Record<Strategy, Estimate>;
    const singles = strategies.filter((strategy) => strategy !== 'five').map((strategy) => rates[strategy]);
    const one = singles.reduce((best, next) => (next.value > best.value ? next : best));
    return { rates, one, people: shares.length };
  });
}

/** For one person and threshold: in which share of the frames each strategy opened the template. */
type Shares = Record<Strategy, number>;

/** The embeddings of one person. */
type Faces = readonly Float32Array[];

/** Two halves of the people with enough pictures, and the others. */
function divide(set: FaceSet, frames: number): { searched: Faces[]; halves: [Faces[], Faces[]] } {
  const next = generator(5);
  const people = [...Map.groupBy(set.pictures, ({ person }) => person).values()]
    .map((pictures) => pictures.flatMap(({ x }) => (x ? [x] : [])))
    .filter(({ length }) => length > 0);
  const enough = people
    .filter(({ length }) => length >= frames)
    .map((faces) => ({ faces, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ faces }) => faces);
  const middle = Math.ceil(enough.length / 2);
  return {
    searched: people.filter(({ length }) => length < frames),
    halves: [enough.slice(0, middle), enough.slice(middle)],
  };
}

/** For each tried person, for each threshold. */
async function hunt(
  searched: readonly Faces[],
  tried: readonly Faces[],
  { verifier, frames, taus, draws, centres = 1000, signal }: WolfOptions,
): Promise<Shares[][]> {
  const w = (people: readonly Faces[]) => people.map((faces) => verifier(faces.slice(0, frames)));
  const [searchedW, triedW] = [w(searched), w(tried)];
  const directions = [
    meanEmbedding(searched.map((faces) => meanVerifier(faces))),
    ...clusterCentres(searched.flat(), centres),
  ];
  const none = (): Shares => ({ mean: 0, clusters: 0, greedy: 0, gradient: 0, five: 0 });
  const shares = tried.map(() => taus.map(none));
  for (let draw = 0; draw < draws; draw++) {
    const prey = templatesOf(searchedW, draw);
    const signs = projectionsOf(directions, draw).map((y) => y.map((value) => (value < 0 ? -1 : 1)));
    const test = templatesOf(triedW, draw);
    for (const [n, tau] of taus.entries()) {
      await breathe(signal);
      for (const [strategy, vectors] of packsOf(signs, new Prey(prey, tau))) {
        const opened = openedBy(test, vectors, tau);
        for (const [i, open] of opened.entries()) if (open) shares[i]![n]![strategy] += 1 / draws;
      }
    }
  }
  return shares;
}

/** What each strategy sends under one frame. */
function packsOf(signs: readonly Float64Array[], prey: Prey): Map<Strategy, Float64Array[]> {
  const everybody = prey.templates.map((_, i) => i);
  const cluster = prey.best(signs, everybody);
  const greedy = prey.greedy(cluster, everybody);
  const gradient = prey.ascend(cluster, everybody);

  const five: Float64Array[] = [];
  let left = everybody;
  while (five.length < 5) {
    const start = prey.best([...signs, greedy, gradient], left);
    const grown = prey.greedy(start, left);
    const chosen = prey.best([start, grown], left);
    five.push(chosen);
    left = left.filter((i) => prey.score(i, chosen) < prey.tau);
    if (left.length === 0) break;
  }
  return new Map<Strategy, Float64Array[]>([
    ['mean', [signs[0]!]],
    ['clusters', [cluster]],
    ['greedy', [greedy]],
    ['gradient', [gradient]],
    ['five', five],
  ]);
}

/** How far from tau a template still draws the search. Unit: sealed score. */
const reach = 25;
const rounds = 30;
/** Flips tried in a round. */
const breadth = 16;

/** The templates that are searched over. Sign vectors are +1 and -1, one per digit. */
class Prey {
  readonly templates: readonly Int8Array[];
  readonly tau: number;

  constructor(templates: readonly Int8Array[], tau: number) {
    this.templates = templates;
    this.tau = tau;
  }

  score(i: number, signs: ArrayLike<number>): number {
    const t = this.templates[i]!;
    let sum = 0;
    for (let k = 0; k < t.length; k++) sum += t[k]! * signs[k]!;
    return sum;
  }

  /** The one that opens most of `among`; of several the one that comes nearest to the rest. */
  best(vectors: readonly Float64Array[], among: readonly number[]): Float64Array {
    const packed = packSigns(vectors);
    const worth = new Float64Array(vectors.length);
    const table = lookUpTable();
    const scores = new Int32Array(vectors.length);
    for (const i of among) {
      fillTable(table, this.templates[i]!);
      scoreAll(table, packed, scores);
      for (let j = 0; j < worth.length; j++) {
        worth[j]! += scores[j]! >= this.tau ? 1 : 1e-6 * nearness(scores[j]! - this.tau);
      }
    }
    return vectors[worth.indexOf(Math.max(...worth))]!;
  }

  /** Flips single signs, the most promising first, as long as that brings templates nearer to tau. */
  greedy(start: Float64Array, among: readonly number[]): Float64Array {
    const signs = start.slice();
    const scores = Float64Array.from(among, (i) => this.score(i, signs));
    let worth = this.#worth(scores);
    for (let round = 0; round < rounds; round++) {
      const slope = this.#slope(scores, among);
      const order = [...slope.keys()].sort((a, b) => slope[a]! * signs[a]! - slope[b]! * signs[b]!);
      let changed = false;
      for (const k of order.slice(0, breadth)) {
        const change = -2 * signs[k]!;
        const next = scores.map((score, n) => score + change * this.templates[among[n]!]![k]!);
        const better = this.#worth(next);
        if (better <= worth) continue;
        signs[k]! *= -1;
        scores.set(next);
        [worth, changed] = [better, true];
      }
      if (!changed) break;
    }
    return signs;
  }

  /** Ascends with signs relaxed to [-1, 1], and rounds at the end. */
  ascend(start: Float64Array, among: readonly number[]): Float64Array {
    const a = start.map((sign) => 0.5 * sign);
    for (let round = 0; round < 2 * rounds; round++) {
      // A relaxed vector of half the length is judged as the sign vector in its direction.
      const stretch = Math.sqrt(a.length / a.reduce((sum, value) => sum + value * value, 0));
      const slope = this.#slope(
        Float64Array.from(among, (i) => stretch * this.score(i, a)),
        among,
      );
      const steepest = Math.max(...slope.map(Math.abs), Number.MIN_VALUE);
      for (let k = 0; k < a.length; k++) {
        a[k] = Math.max(-1, Math.min(1, a[k]! + (0.1 * slope[k]!) / steepest));
      }
    }
    return a.map((value) => (value < 0 ? -1 : 1));
  }

  #worth(scores: Float64Array): number {
    return scores.reduce((sum, score) => sum + nearness(score - this.tau), 0);
  }

  /** How the worth changes with each sign. */
  #slope(scores: Float64Array, among: readonly number[]): Float64Array {
    const slope = new Float64Array(this.templates[0]!.length);
    for (const [n, i] of among.entries()) {
      const p = nearness(scores[n]! - this.tau);
      const pull = p * (1 - p);
      if (pull < 1e-6) continue;
      const t = this.templates[i]!;
      for (let k = 0; k < t.length; k++) slope[k]! += pull * t[k]!;
    }
    return slope;
  }
}

/** 0 far below tau, 1 far above. */
const nearness = (above: number): number => 1 / (1 + Math.exp(-above / reach));

function openedBy(templates: readonly Int8Array[], vectors: readonly Float64Array[], tau: number): boolean[] {
  const prey = new Prey(templates, tau);
  return templates.map((_, i) => vectors.some((signs) => prey.score(i, signs) >= tau));
}

/** The mean over people, who are drawn again for the interval. */
function overPeople(shares: readonly number[]): Estimate {
  const next = generator(20_261_120);
  const mean = (weights: ArrayLike<number>): number =>
    shares.reduce((sum, share, i) => sum + weights[i]! * share, 0) / shares.length;
  const ones = new Float64Array(shares.length).fill(1);
  return interval(
    mean(ones),
    Array.from({ length: 300 }, () => mean(resample(shares.length, next))),
  );
}
