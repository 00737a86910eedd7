/**
 * The sealed score in plain floating point: <t, a> with t = int4(F w) and a = sign(F x), F a random tight frame.
 * For calibration and tests. The exact quantiser of the product is in `@blindsight/protocol`; its scores
 * differ from these by a few units at most, far below the spread over frames.
 * @module
 */
import type { Calibration } from '../../src/models/calibration.ts';

export type SealedForm = Pick<Calibration, 'digits' | 'maxDigit' | 'sumOfSquares'>;

/** One frame: `digits` x dim, orthonormal columns; row-major. */
export interface Frame {
  readonly digits: number;
  readonly dim: number;
  readonly rows: Float64Array;
}

/** QR of Gaussians: the law is rotation-invariant. */
export function randomFrame(digits: number, dim: number, next: () => number): Frame {
  const columns = Array.from({ length: dim }, () =>
    Float64Array.from({ length: digits }, () => gaussian(next)),
  );
  for (const [c, column] of columns.entries()) {
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of columns.slice(0, c)) addScaled(column, earlier, -dot(column, earlier));
    }
    const norm = Math.sqrt(dot(column, column));
    for (let i = 0; i < digits; i++) column[i]! /= norm;
  }
  const rows = new Float64Array(digits * dim);
  for (let i = 0; i < digits; i++) for (let c = 0; c < dim; c++) rows[i * dim + c] = columns[c]![i]!;
  return { digits, dim, rows };
}

export function applyFrame({ digits, dim, rows }: Frame, x: ArrayLike<number>): Float64Array {
  const y = new Float64Array(digits);
  for (let i = 0; i < digits; i++) {
    let sum = 0;
    for (let c = 0; c < dim; c++) sum += rows[i * dim + c]! * x[c]!;
    y[i] = sum;
  }
  return y;
}

/** Rounded to -maxDigit..maxDigit with the factor that brings the sum of squares to the middle of its interval. */
export function quantise(
  y: Float64Array,
  { maxDigit, sumOfSquares }: SealedForm,
): { t: Int8Array; factor: number } {
  const wanted = (sumOfSquares[0]! + sumOfSquares[1]!) / 2;
  const rounded = (factor: number): Int8Array =>
    Int8Array.from(y, (value) => Math.max(-maxDigit, Math.min(maxDigit, Math.round(value * factor))));
  let [low, high] = [0, 4096];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const sum = rounded(middle).reduce((s, digit) => s + digit * digit, 0);
    if (sum < wanted) low = middle;
    else high = middle;
  }
  return { t: rounded(high), factor: high };
}

export function score(t: Int8Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < t.length; i++) sum += y[i]! < 0 ? -t[i]! : t[i]!;
  return sum;
}

/** Scores of one verifier and one probe over `count` frames. */
export function sealedScores(
  w: ArrayLike<number>,
  x: ArrayLike<number>,
  form: SealedForm,
  count: number,
  next: () => number = lcg(1),
): number[] {
  return Array.from({ length: count }, () => {
    const frame = randomFrame(form.digits, w.length, next);
    return score(quantise(applyFrame(frame, w), form).t, applyFrame(frame, x));
  });
}

/** Numbers in [0, 1), the same for the same seed. */
export function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** Box-Muller. */
const gaussian = (next: () => number): number =>
  Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(to: Float64Array, from: Float64Array, by: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += by * from[i]!;
}
