/**
 * Chooses the embedding map and calibrates the thresholds of the default profile, from the embeddings of
 * `embed-sets.ts`. Writes `calibration/default.json` and `calibration/map.bin`, and prints the comparison.
 *
 * The map is e - alpha * mu: mu is the mean of the training pool, alpha is swept. (Whitening and LDA were
 * tried; see README, "Measured".) Everything is measured in the *sealed* form, over random frames.
 *
 * Run: node packages/face/tools/calibrate.ts [alpha]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cosine, meanEmbedding } from '../src/core/embedding.ts';
import { centreMap } from '../src/core/embedding-map.ts';
import { applyFrame, lcg, quantise, randomFrame, type SealedForm, score } from '../test/support/sealed.ts';
import type { Embedded } from './embed-sets.ts';

const form: SealedForm = { digits: 512, maxDigit: 7, sumOfSquares: [3008, 3136] };
const sMax = 1266;
const rates = [1e-2, 1e-3, 1e-4];
const folder = join(fileURLToPath(new URL('../../../', import.meta.url)), '.cache/calibration');
const read = (name: string): Embedded[] =>
  (JSON.parse(readFileSync(join(folder, name), 'utf8')) as Embedded[]).filter(({ e }) => e);

/** Pictures of one person on either side of a comparison. */
interface Trial {
  readonly id: string;
  readonly enrolled: readonly Float32Array[];
  readonly probe: readonly Float32Array[];
}
interface Scores {
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
}

const lfw = read('lfw.json');
const mu = mean(read('pool.json'));

/** The table for choosing: map by comparison. */
function compare(): void {
  for (const [enrol, probe] of [
    [1, 1],
    [3, 1],
    [3, 3],
  ] as const) {
    for (const alpha of [0, 0.5, 0.6, 0.7, 0.8, 1]) {
      const scores = sealed(trials(lfw, enrol, probe, alpha, 3), 4);
      const row = rates.map((rate) => tarAt(scores, thresholdAt(scores.impostor, rate)).toFixed(4));
      console.log(
        `${enrol} against ${probe}, alpha ${alpha}: TAR at ${rates.join(' / ')}: ${row.join(' / ')}`,
      );
    }
  }
}

/** Calibrates three against three, 100 frames, and reports single pictures at the same thresholds. */
function write(alpha: number): void {
  const map = mu.map((value) => alpha * value);
  writeFileSync(new URL('../calibration/map.bin', import.meta.url), new Uint8Array(map.buffer));

  const three = trials(lfw, 3, 3, alpha, 3);
  const perFrame = sealedByFrame(three, 100);
  const scores = merged(perFrame);
  const single = sealed(trials(lfw, 1, 1, alpha, 1), 10);
  const one = sealed(trials(lfw, 3, 1, alpha, 3), 10);
  const tau = [1e-3, 1e-4].map((fmr) => {
    const threshold = even(thresholdAt(scores.impostor, fmr));
    const byFrame = perFrame.map(({ impostor }) => thresholdAt(impostor, fmr)).sort((a, b) => a - b);
    const spread = Math.ceil((byFrame[94]! - byFrame[4]!) / 2);
    console.log(
      `FMR ${fmr}: tau ${threshold} +- ${spread}; TAR 3:3 ${tarAt(scores, threshold).toFixed(4)},`,
      `3:1 ${tarAt(one, threshold).toFixed(4)} (FMR ${fmrAt(one, threshold).toExponential(1)}),`,
      `1:1 ${tarAt(single, threshold).toFixed(4)} (FMR ${fmrAt(single, threshold).toExponential(1)})`,
    );
    return { fmr, tau: threshold, tar: Number(tarAt(scores, threshold).toFixed(4)), spread };
  });
  const selfThreshold = selfThresholdOf(alpha);
  const people = new Set(three.flat().map(({ id }) => id)).size;
  const comparisons = perFrame[0]!;
  console.log({
    people,
    genuine: comparisons.genuine.length,
    impostor: comparisons.impostor.length,
    selfThreshold,
  });

  const content = {
    version: 1,
    created: '2026-11-20T00:00:00Z',
    profile: 'default',
    embedding: { dimensions: mu.length, networkDimensions: mu.length, map: 'centre', file: null },
    calibration: {
      ...form,
      step: 0.0182,
      sMax,
      frames: 3,
      tau,
      operatingFmr: 1e-3,
      selfThreshold,
      provenance:
        `LFW folds 0-3 (${people} people), mean of 3 pictures against mean of 3, ` +
        `${comparisons.genuine.length} genuine and ${comparisons.impostor.length} impostor comparisons, ` +
        'each over 100 random frames; news photographs, not webcam bursts. Map: network output less ' +
        `${alpha} of the mean of 10,000 crops of 3,500 people (CelebA, LFW folds 7-9, Glint360K). ` +
        'tar: share of genuine comparisons at or above tau; spread: half the 5-95 % range of tau over single frames.',
    },
    researchOnly: true,
  };
  writeFileSync(
    new URL('../calibration/default.json', import.meta.url),
    `${JSON.stringify(content, null, 2)}\n`,
  );
}

/** Random splits of each person's pictures; people with too few for both sides are probes only. */
function trials(
  rows: readonly Embedded[],
  enrol: number,
  probe: number,
  alpha: number,
  repeats: number,
): Trial[][] {
  const map = centreMap(mu.map((value) => alpha * value));
  const people = Map.groupBy(rows, ({ id }) => id);
  const next = lcg(20_261_120);
  return Array.from({ length: repeats }, () =>
    [...people].flatMap(([id, pictures]) => {
      if (pictures.length < probe) return [];
      const order = shuffled(pictures, next).map(({ e }) => map.apply(e!));
      const whole = order.length >= enrol + probe;
      return [{ id, enrolled: whole ? order.slice(probe, probe + enrol) : [], probe: order.slice(0, probe) }];
    }),
  );
}

function sealed(sets: readonly Trial[][], frames: number): Scores {
  return merged(sealedByFrame(sets, frames));
}

/** Every enrolled person against every probe, a new frame for each pass over the repeats. */
function sealedByFrame(sets: readonly Trial[][], frames: number): Scores[] {
  const next = lcg(7);
  return Array.from({ length: frames }, (_, i) => {
    const set = sets[i % sets.length]!;
    const frame = randomFrame(form.digits, mu.length, next);
    const probes = set.map(({ id, probe }) => ({ id, y: applyFrame(frame, meanEmbedding(probe)) }));
    const [genuine, impostor]: [number[], number[]] = [[], []];
    for (const { id, enrolled } of set) {
      if (enrolled.length === 0) continue;
      const { t } = quantise(applyFrame(frame, meanEmbedding(enrolled)), form);
      for (const other of probes) (other.id === id ? genuine : impostor).push(score(t, other.y));
    }
    return { genuine: Float64Array.from(genuine), impostor: Float64Array.from(impostor).sort() };
  });
}

/** Where one picture in a thousand pairs of the same person lies: frames of one ceremony are far more alike. */
function selfThresholdOf(alpha: number): number {
  const cosines = trials(lfw, 1, 1, alpha, 3)
    .flat()
    .filter(({ enrolled }) => enrolled.length > 0)
    .map(({ enrolled, probe }) => cosine(enrolled[0]!, probe[0]!))
    .sort((a, b) => a - b);
  return Number(cosines[Math.floor(cosines.length * 0.02)]!.toFixed(2));
}

function merged(parts: readonly Scores[]): Scores {
  const join = (pick: (part: Scores) => Float64Array): Float64Array => {
    const all = new Float64Array(parts.reduce((n, part) => n + pick(part).length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(pick(part), at);
      at += pick(part).length;
    }
    return all.sort();
  };
  return { genuine: join((part) => part.genuine), impostor: join((part) => part.impostor) };
}

/** The least score that at most `rate` of the sorted impostors reach. */
function thresholdAt(impostor: Float64Array, rate: number): number {
  return impostor[Math.min(impostor.length - 1, Math.ceil(impostor.length * (1 - rate)))]! + 1;
}

const even = (value: number): number => 2 * Math.ceil(value / 2);
const shareAtLeast = (values: Float64Array, threshold: number): number =>
  values.reduce((n, value) => n + (value >= threshold ? 1 : 0), 0) / values.length;
const tarAt = ({ genuine }: Scores, threshold: number): number => shareAtLeast(genuine, threshold);
const fmrAt = ({ impostor }: Scores, threshold: number): number => shareAtLeast(impostor, threshold);

function mean(rows: readonly Embedded[]): Float32Array<ArrayBuffer> {
  const sum = new Float32Array(rows[0]!.e!.length);
  for (const { e } of rows) for (let i = 0; i < sum.length; i++) sum[i]! += e![i]! / rows.length;
  return sum;
}

function shuffled<T>(items: readonly T[], next: () => number): T[] {
  return items
    .map((item) => ({ item, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const chosen = process.argv[2] === undefined ? undefined : Number(process.argv[2]);
if (chosen === undefined) compare();
else write(chosen);
