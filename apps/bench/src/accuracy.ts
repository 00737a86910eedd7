/**
 * How often the right person is refused and a wrong one accepted, in floating point and in the sealed form, on
 * research pictures beside the repository (`../shared/faces`, news photographs). What it does not measure is in
 * docs/ACCURACY.md.
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Comparisons,
  type Estimate,
  embedPictures,
  errorRates,
  type FaceSet,
  float,
  meansOfPictures,
  type Representation,
  rates,
  sealed,
  singlePictures,
  strategies,
  verifierOf,
  wolfRates,
} from '@blindsight/cli/calibrate';
import type { ModelManifest } from '@blindsight/face/models';
import { buildModels, mappedCohort } from '@blindsight/face/models/build';
import { meanVerifier as mean, type Verifier } from '@blindsight/protocol/client';
import { BenchSkipped, type Report } from './report.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const faces = join(root, '../shared/faces');
const cache = join(root, '.cache');

/** Frames on the enrolment side and on the probe side. */
const sizes = [1, 3, 5];

export interface AccuracyOptions {
  /** A tenth of the pictures and few frames: to see that it runs, not to quote. */
  readonly quick?: boolean;
}

/** @throws {BenchSkipped} without the pictures. */
export async function run(
  report: Report,
  progress: (line: string) => void,
  { quick = false }: AccuracyOptions = {},
): Promise<void> {
  if (!existsSync(join(faces, 'lfw-pairs.json'))) {
    throw new BenchSkipped('accuracy: skipped: the pictures of ../shared/faces are not here');
  }
  const protocol = readProtocol(quick);
  for (const { name, models, manifest, verifiers } of await profiles(progress)) {
    const embeddings = await embedPictures({
      models,
      pictures: join(faces, 'lfw'),
      files: protocol.files,
      cacheFolder: join(cache, 'accuracy'),
      progress: (line) => progress(`accuracy: ${line}`),
    });
    const set = faceSet(protocol, (file) => embeddings.get(file));
    await measure(name, set, verifiers, report, progress, quick);
    await measureWolves(name, set, manifest, verifiers, report, progress, quick);
  }
}

interface Profile {
  readonly name: string;
  /** Folder of its models. */
  readonly models: string;
  readonly manifest: ModelManifest;
  readonly verifiers: Readonly<Record<string, Verifier>>;
}

/** Of a grid over strength 1, 10, 100 and cohort weight 0.3, 1: what loses least against the mean. */
const logistic = { kind: 'logistic', strength: 1, cohortWeight: 0.3 } as const;

async function profiles(progress: (line: string) => void): Promise<Profile[]> {
  const found = [await profile('default', join(cache, 'models'))];
  const file = join(root, '../shared/models/mobilefacenet.onnx');
  if (existsSync(file)) found.push(await profile('strong', join(cache, 'models-strong'), file));
  else progress('accuracy: strong profile left out: ../shared/models/mobilefacenet.onnx is not here');
  return found;
}

async function profile(name: string, models: string, file?: string): Promise<Profile> {
  const { manifest } = await buildModels(
    models,
    file === undefined ? {} : { plugIn: { profile: name, file } },
  );
  const map = manifest.embedding.file;
  const cohort = await mappedCohort(manifest, map === null ? undefined : readFileSync(join(models, map)));
  const verifiers = { mean, logistic: remembering(verifierOf(logistic, () => cohort)) };
  return { name, models, manifest, verifiers };
}

/** The same enrolments come back in every case; training them once is most of the time saved. */
function remembering(verifier: Verifier): Verifier {
  const numbers = new Map<ArrayLike<number>, number>();
  const known = new Map<string, Float64Array<ArrayBuffer>>();
  return (embeddings) => {
    const key = embeddings
      .map((x) => {
        const number = numbers.get(x) ?? numbers.size;
        numbers.set(x, number);
        return number;
      })
      .sort()
      .join();
    const w = known.get(key) ?? verifier(embeddings);
    known.set(key, w);
    return w;
  };
}

/** Every case of one embedder. @param name first part of the case */
export async function measure(
  name: string,
  set: FaceSet,
  verifiers: Readonly<Record<string, Verifier>>,
  report: Report,
  progress: (line: string) => void,
  quick: boolean,
): Promise<void> {
  const forms: Record<string, Representation> = { float, sealed };
  for (const [called, verifier] of Object.entries(verifiers)) {
    for (const [representation, form] of Object.entries(forms)) {
      const row = rowWriter(report, (frames) => `${name}/${called}/${frames}/${representation}`);
      progress(`accuracy: ${name}/${called}/1x1/${representation}`);
      const draws = representation === 'sealed' ? (quick ? 2 : 6) : 1;
      const { all, protocol } = singlePictures(set, verifier, form, draws);
      row('1x1', ['eer'], protocol, { draws, pairs: 'LFW view 2, folds 0-3' });
      row('1x1', ['tar'], all, { draws, pairs: 'all pictures' });
      for (const enrol of sizes) {
        for (const probe of sizes) {
          if (enrol === 1 && probe === 1) continue;
          const repeats = quick ? 4 : 20;
          progress(`accuracy: ${name}/${called}/${enrol}x${probe}/${representation}`);
          const comparisons = await meansOfPictures(set, verifier, form, { enrol, probe, repeats });
          row(`${enrol}x${probe}`, ['eer', 'tar'], comparisons, { draws: repeats });
        }
      }
    }
  }
}

/** The best sign vectors found for a holder of the keys, at each calibrated threshold. */
async function measureWolves(
  name: string,
  set: FaceSet,
  { calibration }: ModelManifest,
  verifiers: Readonly<Record<string, Verifier>>,
  report: Report,
  progress: (line: string) => void,
  quick: boolean,
): Promise<void> {
  const { frames, tau: points } = calibration;
  const [draws, centres] = quick ? [1, 50] : [10, 1000];
  progress(`accuracy: wolf/${name}`);
  const verifier = verifiers[calibration.verifier.kind]!;
  const taus = points.map(({ tau }) => tau);
  const wolves = await wolfRates(set, { verifier, frames, taus, draws, centres });
  for (const [n, found] of wolves.entries()) {
    for (const strategy of strategies) {
      const { value, low, high } = found.rates[strategy];
      report({
        bench: 'accuracy',
        case: `wolf/${name}/${strategy}`,
        metric: `wfmr@${points[n]!.fmr.toExponential()}`,
        value,
        low,
        high,
        n: found.people,
        parameters: { tau: taus[n], draws, centres, frames, verifier: calibration.verifier.kind },
      });
    }
  }
}

/**
 * `n` of a row is the number of people with a genuine comparison: the independent part of the evidence. `refused` is
 * the highest score that the rate refuses: tau less 2 in the sealed form, 2^20 cosines in floating point.
 */
function rowWriter(report: Report, caseOf: (frames: string) => string) {
  return (
    frames: string,
    metrics: readonly ('eer' | 'tar')[],
    comparisons: Comparisons,
    parameters: Record<string, unknown>,
  ): void => {
    const found = errorRates(comparisons);
    const { genuine, people, total } = comparisons;
    const write = (
      metric: string,
      { value, low, high }: Estimate,
      more: Record<string, unknown> = {},
    ): void =>
      report({
        bench: 'accuracy',
        case: caseOf(frames),
        metric,
        value,
        low,
        high,
        n: new Set(genuine.person).size,
        parameters: {
          ...parameters,
          ...more,
          genuine: genuine.scores.length,
          impostor: total(new Float64Array(people).fill(1)),
        },
      });
    if (metrics.includes('eer')) write('eer', found.eer);
    if (metrics.includes('tar')) {
      for (const [i, rate] of rates.entries())
        write(`tar@${rate.toExponential()}`, found.tar[i]!, { refused: found.refused[i] });
    }
  };
}

interface Protocol {
  readonly files: readonly string[];
  readonly pairs: readonly (readonly [a: string, b: string])[];
  readonly sides: ReadonlyMap<string, 'enrol' | 'probe'>;
}

function readProtocol(quick: boolean): Protocol {
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(faces, name), 'utf8')) as T;
  const enrol = Object.values(read<Record<string, { enrol: string[]; probe: string[] }>>('lfw-enrol.json'));
  const sides = new Map<string, 'enrol' | 'probe'>();
  for (const one of enrol) {
    for (const file of one.enrol) sides.set(file, 'enrol');
    for (const file of one.probe) sides.set(file, 'probe');
  }
  const all = read<[string, string, number, number][]>('lfw-pairs.json');
  const pairs = all.filter((_, i) => !quick || i % 20 === 0).map(([a, b]) => [a, b] as const);
  const everything = readdirSync(join(faces, 'lfw')).flatMap((person) =>
    readdirSync(join(faces, 'lfw', person)).map((file) => `${person}/${file}`),
  );
  const files = quick ? [...new Set([...pairs.flat(), ...sides.keys()])] : everything;
  return { files: files.sort(), pairs, sides };
}

function faceSet(
  { files, pairs, sides }: Protocol,
  embed: (file: string) => Float32Array | undefined,
): FaceSet {
  const personOf = (file: string): string => file.slice(0, file.indexOf('/'));
  const people = new Map([...new Set(files.map(personOf))].map((person, i) => [person, i]));
  const index = new Map(files.map((file, i) => [file, i]));
  return {
    people: people.size,
    pictures: files.map((file) => {
      const side = sides.get(file);
      return { person: people.get(personOf(file))!, x: embed(file), ...(side && { side }) };
    }),
    pairs: pairs.map(([a, b]) => [index.get(a)!, index.get(b)!]),
  };
}
