/**
 * Which pictures are compared with which: single pictures of everybody, and means of several against means of several.
 * @module
 */
import { meanVerifier, type Verifier } from '@blindsight/protocol/client';
import { breathe } from './breathe.ts';
import type { Representation } from './representations.ts';
import { type Comparisons, generator, missed } from './statistics.ts';

export interface Picture {
  /** 0..people-1. */
  readonly person: number;
  /** Mapped embedding; undefined where no face was found. */
  readonly x: Float32Array | undefined;
  /** The picture may be used on one side only (`lfw-enrol.json` says so for its people). */
  readonly side?: 'enrol' | 'probe';
}

export interface FaceSet {
  readonly people: number;
  readonly pictures: readonly Picture[];
  /** The pairs of the LFW protocol, as indices into `pictures`. */
  readonly pairs: readonly (readonly [a: number, b: number])[];
}

/** The rates are asked down to FMR 1e-2, or to an EER below 10 %: only so many of the highest scores are kept. */
const [tailOfPairs, tailOfMeans] = [0.02, 0.1];

/**
 * One picture against one: `all` takes every pair of pictures, `protocol` the pairs of the LFW protocol.
 * The picture that is named first is the enrolled one.
 * @param draws random frames of the sealed form; every comparison is made under each.
 */
export function singlePictures(
  set: FaceSet,
  verifier: Verifier,
  form: Representation,
  draws: number,
): { all: Comparisons; protocol: Comparisons } {
  const found = set.pictures.flatMap(({ x }, i) => (x ? [i] : []));
  const place = new Map(found.map((picture, row) => [picture, row]));
  const person = Uint16Array.from(found, (i) => set.pictures[i]!.person);
  const embeddings = found.map((i) => set.pictures[i]!.x!);
  const verifiers = embeddings.map((x) => verifier([x]));

  const all = collector(set.people, tailOfPairs);
  const protocol = collector(set.people, 1);
  const partners = Map.groupBy(
    set.pairs.flatMap(([a, b]) => {
      const [p, q] = [place.get(a), place.get(b)];
      return p === undefined || q === undefined ? [] : [{ row: Math.min(p, q), column: Math.max(p, q) }];
    }),
    ({ row }) => row,
  );
  const out = new Int32Array(found.length);
  for (let draw = 0; draw < draws; draw++) {
    const scores = form(verifiers, embeddings, draw);
    for (let i = 0; i < found.length; i++) {
      scores.row(i, out, i + 1);
      for (let j = i + 1; j < found.length; j++) all.add(person[i]!, person[j]!, out[j]!, draw);
      for (const { column } of partners.get(i) ?? [])
        protocol.add(person[i]!, person[column]!, out[column]!, draw);
    }
    for (const [a, b] of missedPairs(set, place)) all.add(a, b, missed, draw);
    for (const [a, b] of set.pairs) {
      if (place.has(a) && place.has(b)) continue;
      protocol.add(set.pictures[a]!.person, set.pictures[b]!.person, missed, draw);
    }
  }
  const count = counts(set.people, set.pictures);
  return {
    // unordered pairs of pictures of two people, those with a picture without a face included
    all: all.finish((weights) => (draws / 2) * crossed(weights, count, count)),
    protocol: protocol.finish(),
  };
}

/** Means of `enrol` pictures against means of other `probe` pictures, a new random split in each repeat. */
export interface Means {
  readonly enrol: number;
  readonly probe: number;
  readonly repeats: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Everybody with enough pictures for one side takes part in impostor comparisons; who has enough for both, in
 * genuine ones too. Every repeat has its own frame. Rejects with the signal's reason when it is aborted.
 */
export async function meansOfPictures(
  set: FaceSet,
  verifier: Verifier,
  form: Representation,
  { enrol, probe, repeats, signal }: Means,
): Promise<Comparisons> {
  const next = generator(7);
  const people = [...Map.groupBy(set.pictures, ({ person }) => person).values()];
  const result = collector(set.people, tailOfMeans);
  const [enrolled, probed] = [new Float64Array(set.people), new Float64Array(set.people)];
  for (let repeat = 0; repeat < repeats; repeat++) {
    await breathe(signal);
    const verifiers: { person: number; w: ArrayLike<number>; whole: boolean }[] = [];
    const probes: { person: number; x: ArrayLike<number> }[] = [];
    for (const pictures of people) {
      const { person, left, right, whole } = split(pictures, enrol, probe, next);
      if (left) verifiers.push({ person, w: verifier(left), whole });
      if (right) probes.push({ person, x: meanVerifier(right) });
      [enrolled[person], probed[person]] = [left ? 1 : 0, right ? 1 : 0];
    }
    const scores = form(
      verifiers.map(({ w }) => w),
      probes.map(({ x }) => x),
      repeat,
    );
    const out = new Int32Array(probes.length);
    for (const [i, { person, whole }] of verifiers.entries()) {
      scores.row(i, out, 0);
      for (const [j, other] of probes.entries()) {
        if (other.person !== person || whole) result.add(person, other.person, out[j]!, repeat);
      }
    }
  }
  return result.finish((weights) => repeats * crossed(weights, enrolled, probed));
}

interface Split {
  readonly person: number;
  readonly left: Float32Array[] | undefined;
  readonly right: Float32Array[] | undefined;
  /** The two sides have no picture in common. */
  readonly whole: boolean;
}

function split(pictures: readonly Picture[], enrol: number, probe: number, next: () => number): Split {
  const order = pictures
    .filter(({ x }) => x)
    .map((picture) => ({ picture, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ picture }) => picture);
  const { person } = pictures[0]!;
  const sided = order.some(({ side }) => side);
  const [forEnrol, forProbe] = sided
    ? [order.filter(({ side }) => side === 'enrol'), order.filter(({ side }) => side === 'probe')]
    : [order, order.toReversed()];
  const take = (from: Picture[], n: number) =>
    from.length >= n ? from.slice(0, n).map(({ x }) => x!) : undefined;
  const [left, right] = [take(forEnrol, enrol), take(forProbe, probe)];
  const whole = left !== undefined && right !== undefined && (sided || order.length >= enrol + probe);
  return { person, left, right, whole };
}

interface Collector {
  add(person: number, other: number, score: number, draw: number): void;
  /** @param total as `Comparisons.total`; without it, all impostor scores must have been kept. */
  finish(total?: Comparisons['total']): Comparisons;
}

/** Keeps genuine scores and the upper `tail` of the impostors', whose lower end is read off the first of them. */
function collector(people: number, tail: number): Collector {
  const genuine = { scores: [] as number[], person: [] as number[] };
  const impostor = {
    scores: [] as number[],
    person: [] as number[],
    other: [] as number[],
    draw: [] as number[],
  };
  const sampleSize = 20_000;
  const sample: number[] = [];
  let cut = Number.NEGATIVE_INFINITY;
  return {
    add(person, other, score, draw) {
      if (person === other) {
        genuine.scores.push(score);
        genuine.person.push(person);
        return;
      }
      if (tail < 1 && sample.length < sampleSize) {
        sample.push(score);
        // Somewhat more than asked for, since the first scores are of few people.
        if (sample.length === sampleSize) cut = sample.sort((a, b) => b - a)[2 * tail * sampleSize]!;
      }
      if (score < cut) return;
      impostor.scores.push(score);
      impostor.person.push(person);
      impostor.other.push(other);
      impostor.draw.push(draw);
    },
    finish(total) {
      const kept = impostor.scores.flatMap((score, i) => (score >= cut ? [i] : []));
      const result: Omit<Comparisons, 'total'> = {
        people,
        genuine: { scores: Int32Array.from(genuine.scores), person: Uint16Array.from(genuine.person) },
        impostor: {
          scores: Int32Array.from(kept, (i) => impostor.scores[i]!),
          person: Uint16Array.from(kept, (i) => impostor.person[i]!),
          other: Uint16Array.from(kept, (i) => impostor.other[i]!),
          draw: Uint16Array.from(kept, (i) => impostor.draw[i]!),
        },
      };
      const { person, other } = result.impostor;
      const counted = (weights: Float64Array) =>
        person.reduce((sum, p, i) => sum + weights[p]! * weights[other[i]!]!, 0);
      return { ...result, total: total ?? counted };
    },
  };
}

/** Sum over two different people p, q of w_p left_p * w_q right_q. */
function crossed(weights: Float64Array, left: Float64Array, right: Float64Array): number {
  let [l, r, same] = [0, 0, 0];
  for (const [p, weight] of weights.entries()) {
    l += weight * left[p]!;
    r += weight * right[p]!;
    same += weight * left[p]! * (weight * right[p]!);
  }
  return l * r - same;
}

function counts(people: number, pictures: readonly Picture[]): Float64Array {
  const out = new Float64Array(people);
  for (const { person } of pictures) out[person]! += 1;
  return out;
}

/** Pairs of one person's pictures of which at least one shows no face to the pipeline. */
function* missedPairs(set: FaceSet, found: ReadonlyMap<number, number>): Generator<[number, number]> {
  for (const [a, { person }] of set.pictures.entries()) {
    if (found.has(a)) continue;
    for (const [b, other] of set.pictures.entries()) {
      if (other.person === person && b !== a && (found.has(b) || b > a)) yield [person, person];
    }
  }
}
