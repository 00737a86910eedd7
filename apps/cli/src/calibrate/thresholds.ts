/**
 * From labelled embeddings to the thresholds of the sealed form, and what they are worth: rates with intervals, their
 * spread over secret frames, and the wolf rate.
 * @module
 */
import { cosine } from '@blindsight/face';
import type { Calibration, OperatingPoint, VerifierChoice } from '@blindsight/face/models';
import { logisticVerifier, meanVerifier, type Verifier } from '@blindsight/protocol/client';
import { sealed1 } from '@blindsight/protocol/wire';
import { CliError } from '../errors.ts';
import { type FaceSet, meansOfPictures } from './comparisons.ts';
import { sealed } from './representations.ts';
import {
  type Comparisons,
  type Estimate,
  errorRates,
  generator,
  quantile,
  rates,
  ratesAt,
} from './statistics.ts';
import { wolfRates } from './wolf.ts';

export interface CalibrateOptions {
  readonly choice: VerifierChoice;
  /** As the choice says. */
  readonly verifier: Verifier;
  /** The rate sign-in shall use; one of those the people are enough for. */
  readonly operatingFmr: number;
  /** Where the pictures come from, for the record. */
  readonly note: string;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal;
  /** For tests; smaller numbers than the defaults are not to quote. */
  readonly sizes?: Partial<typeof defaultSizes>;
}

const defaultSizes = { frames: 3, randomFrames: 100, wolfFrames: 10, wolfCentres: 1000 };

/** A rate is calibrated where that many false matches are to be expected between the pairs of people at hand. */
const leastExpected = 5;
/** Share of same-person pairs of pictures that the self threshold refuses: frames of one ceremony are far more alike. */
const selfRefused = 0.02;
/** Pairs of one person that count, so that nobody with a hundred pictures decides. */
const selfPairs = 10;

/** A verifier by its description. @param cohort for `logistic`: unit vectors in the mapped space. */
export function verifierOf(choice: VerifierChoice, cohort: () => readonly Float32Array[]): Verifier {
  return choice.kind === 'mean' ? meanVerifier : logisticVerifier(cohort(), choice);
}

/**
 * About two minutes of one core for 300 people.
 * @throws {CliError} `too-few-people`; the signal's reason when it is aborted.
 */
export async function calibrate(set: FaceSet, options: CalibrateOptions): Promise<Calibration> {
  const { frames, randomFrames, wolfFrames, wolfCentres } = { ...defaultSizes, ...options.sizes };
  const { choice, verifier, operatingFmr, note, progress, signal } = options;
  const supported = supportedRates(set, frames);
  if (!supported.some((fmr) => fmr === operatingFmr)) {
    throw new CliError(
      'too-few-people',
      `for a false match rate of ${operatingFmr}: ${withPictures(set, frames)} people have ${frames} usable pictures, ` +
        `${Math.ceil(peopleFor(operatingFmr))} are needed`,
    );
  }
  progress(`comparing ${set.people} people under ${randomFrames} random frames`);
  const comparisons = await meansOfPictures(set, verifier, sealed, {
    enrol: frames,
    probe: frames,
    repeats: randomFrames,
    signal,
  });
  const genuinePeople = new Set(comparisons.genuine.person).size;
  if (genuinePeople === 0) {
    throw new CliError(
      'too-few-people',
      `nobody has ${2 * frames} usable pictures, ${frames} for either side`,
    );
  }
  const { refused } = errorRates(comparisons);
  const thresholds = supported.map((fmr) => {
    const last = refused[rates.indexOf(fmr)]!;
    return { fmr, tau: Math.min(sealed1.sMax, 2 * Math.floor(last / 2) + 2) };
  });
  progress(`thresholds ${thresholds.map(({ tau }) => tau).join(', ')}; looking for wolves`);
  const wolves = await wolfRates(set, {
    verifier,
    frames,
    taus: thresholds.map(({ tau }) => tau),
    draws: wolfFrames,
    centres: wolfCentres,
    signal,
  });
  const points = thresholds.map(({ fmr, tau }, n): OperatingPoint => {
    const { fmr: found, tar } = ratesAt(comparisons, tau);
    const { one, rates: of } = wolves[n]!;
    return {
      fmr,
      tau,
      found: rounded(found),
      tar: rounded(tar),
      ...overFrames(comparisons, randomFrames, fmr, tau),
      wolf: { one: rounded(one), five: rounded(of.five) },
    };
  });
  const [low, high] = sealed1.normInterval;
  return {
    digits: sealed1.digits,
    maxDigit: sealed1.digitLimit,
    sumOfSquares: [low, high],
    // rounding adds a twelfth to the square of each digit
    step: Number((1 / Math.sqrt((low + high) / 2 - sealed1.digits / 12)).toFixed(4)),
    sMax: sealed1.sMax,
    frames,
    verifier: choice,
    tau: points,
    operatingFmr,
    selfThreshold: selfThreshold(set),
    evidence: {
      people: withPictures(set, frames),
      genuinePeople,
      pictures: set.pictures.filter(({ x }) => x).length,
      randomFrames,
      wolfPeople: wolves[0]!.people,
    },
    provenance: note,
  };
}

/** People with at least `frames` usable pictures. */
function withPictures({ pictures }: FaceSet, frames: number): number {
  const usable = Map.groupBy(
    pictures.filter(({ x }) => x),
    ({ person }) => person,
  );
  return [...usable.values()].filter(({ length }) => length >= frames).length;
}

/** n people are n * (n - 1) pairs, enrolled against probed. */
const peopleFor = (fmr: number): number => Math.sqrt(leastExpected / fmr) + 0.5;

function supportedRates(set: FaceSet, frames: number): (typeof rates)[number][] {
  const people = withPictures(set, frames);
  return rates.filter((fmr) => people * (people - 1) * fmr >= leastExpected);
}

/** What a single secret frame makes of a rate. */
function overFrames(
  { people, impostor, total }: Comparisons,
  draws: number,
  fmr: number,
  tau: number,
): Pick<OperatingPoint, 'perFrame' | 'spread'> {
  const pairs = total(new Float64Array(people).fill(1)) / draws;
  const byDraw = Array.from({ length: draws }, (): number[] => []);
  for (const [i, draw] of impostor.draw.entries()) byDraw[draw]!.push(impostor.scores[i]!);
  const found = byDraw.map((scores) => scores.filter((score) => score >= tau).length / pairs);
  const wanted = byDraw.map((scores) => scores.sort((a, b) => b - a)[Math.floor(fmr * pairs)] ?? 0);
  const [rate, threshold] = [Float64Array.from(found).sort(), Float64Array.from(wanted).sort()];
  return {
    perFrame: [short(quantile(rate, 0.05)), short(quantile(rate, 0.95))],
    spread: Math.ceil((quantile(threshold, 0.95) - quantile(threshold, 0.05)) / 2),
  };
}

function selfThreshold({ pictures }: FaceSet): number {
  const next = generator(3);
  const cosines: number[] = [];
  for (const own of Map.groupBy(pictures, ({ person }) => person).values()) {
    const faces = own.flatMap(({ x }) => (x ? [x] : []));
    const pairs = faces.flatMap((a, i) =>
      faces.slice(i + 1).map((b) => ({ cosine: cosine(a, b), key: next() })),
    );
    for (const pair of pairs.sort((a, b) => a.key - b.key).slice(0, selfPairs)) cosines.push(pair.cosine);
  }
  return Number(quantile(Float64Array.from(cosines).sort(), selfRefused).toFixed(2));
}

const short = (value: number): number => Number(value.toPrecision(4));
const rounded = ({ value, low, high }: Estimate): Estimate => ({
  value: short(value),
  low: short(low),
  high: short(high),
});
