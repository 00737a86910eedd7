/**
 * What was measured about an embedder: thresholds by false match rate, and what they are worth. Made by
 * `cli calibrate`, taken up by `models build`, part of the manifest.
 * @module
 */
import { FaceError } from '../core/errors.ts';
import type { Json } from './canonical-json.ts';
import {
  array,
  either,
  type Infer,
  integer,
  literal,
  nullable,
  number,
  object,
  text,
  tuple,
} from './shape.ts';

const rate = number(0, 1);
/** A measured share with its 95 % interval (bootstrap over people). */
const estimate = object({ value: rate, low: rate, high: rate });

/** How the embeddings of an enrolment become the template; thresholds belong to one of these. */
const verifier = either(
  object({ kind: literal('mean') }),
  /** Against the file with the role `cohort`. */
  object({ kind: literal('logistic'), strength: number(1e-6, 1e6), cohortWeight: number(0, 100) }),
);

const operatingPoint = object({
  /** The false match rate that was asked for, of strangers taken blindly. */
  fmr: number(1e-9, 1),
  /** Even threshold on the sealed score. */
  tau: integer(0, 2 ** 30),
  /** The false match rate found at tau, over all random frames. */
  found: estimate,
  /** Share of genuine comparisons at or above tau. */
  tar: estimate,
  /** The false match rate of single random frames at tau: their 5 % and 95 % quantile. */
  perFrame: tuple(rate, 2),
  /** Half the 5-95 % range of the thresholds that single frames would ask for. Unit: sealed score. */
  spread: integer(0, 2 ** 30),
  /** Lower estimate of the wolf rate: the best sign vector found, and the best set of five, on people not searched. */
  wolf: object({ one: estimate, five: estimate }),
});

export const calibrationShape = object({
  /** The sealed form these numbers belong to: <t, a> with t int4 and a = sign(F x), F a `digits` x dim tight frame. */
  digits: integer(1, 4096),
  maxDigit: integer(1, 127),
  sumOfSquares: tuple(integer(1, 2 ** 30), 2),
  /** t = round(w F / step) for a frame with orthonormal columns; the quantiser adjusts it to meet `sumOfSquares`. */
  step: number(1e-6, 1),
  sMax: integer(0, 2 ** 30),
  /** Frames averaged on either side. */
  frames: integer(1, 64),
  verifier,
  /** By false match rate, the largest first. */
  tau: array(operatingPoint, 1, 8),
  /** The rate in `tau` that sign-in uses. */
  operatingFmr: number(1e-9, 1),
  /** Pairwise cosine below which two frames of one ceremony are not one person. */
  selfThreshold: number(-1, 1),
  /** What the numbers rest on. */
  evidence: object({
    people: integer(1, 2 ** 30),
    /** Those with genuine comparisons. */
    genuinePeople: integer(1, 2 ** 30),
    pictures: integer(1, 2 ** 30),
    /** Random frames of the sealed form. */
    randomFrames: integer(1, 65536),
    /** People whose templates the wolves were tried on. */
    wolfPeople: integer(1, 2 ** 30),
  }),
  provenance: text(/^\P{Cc}{1,2000}$/u),
});

export type Calibration = Infer<typeof calibrationShape>;
export type OperatingPoint = Infer<typeof operatingPoint>;
export type VerifierChoice = Infer<typeof verifier>;

const sha256 = text(/^[0-9a-f]{64}$/);
const calibrationFile = object({
  format: literal('blindsight/calibration'),
  schema: literal(1),
  /** SHA-256 of the files that were measured; others must not be given these thresholds. */
  embedder: sha256,
  map: nullable(sha256),
  calibration: calibrationShape,
});
export type CalibrationFile = Infer<typeof calibrationFile>;

/** Reads what `cli calibrate` wrote. @throws {FaceError} `calibration-malformed` naming the first problem. */
export function parseCalibration(source: string): CalibrationFile {
  let value: Json;
  try {
    value = JSON.parse(source) as Json;
  } catch (cause) {
    throw new FaceError('calibration-malformed', { cause, details: { problem: 'not JSON' } });
  }
  const problem =
    calibrationFile.check(value, 'calibration') ??
    calibrationProblem((value as unknown as CalibrationFile).calibration);
  if (problem) throw new FaceError('calibration-malformed', { details: { problem } });
  return value as unknown as CalibrationFile;
}

/** The point that sign-in uses. */
export function operatingPointOf({ tau, operatingFmr }: Calibration): OperatingPoint {
  return tau.find(({ fmr }) => fmr === operatingFmr)!;
}

/** What the shape alone cannot say: the first thing that does not fit together. */
export function calibrationProblem(c: Calibration): string | undefined {
  const [low, high] = c.sumOfSquares as [number, number];
  if (low > high) return 'sumOfSquares';
  if (c.sMax !== 2 * Math.floor(Math.sqrt(c.digits * high) / 2))
    return 'sMax is not the Cauchy-Schwarz limit';
  if (c.tau.some(({ tau }) => tau % 2 !== 0 || tau > c.sMax)) return 'tau is odd or out of reach';
  if (c.tau.some(({ fmr, tau }, i) => i > 0 && (fmr >= c.tau[i - 1]!.fmr || tau < c.tau[i - 1]!.tau)))
    return 'tau order';
  if (!c.tau.some(({ fmr }) => fmr === c.operatingFmr)) return 'operatingFmr';
  const estimates = c.tau.flatMap(({ found, tar, wolf }) => [found, tar, wolf.one, wolf.five]);
  if (estimates.some((one) => one.low > one.high)) return 'an interval is upside down';
  return undefined;
}
