/**
 * From embeddings to the plaintext verifier w, and from F w to the digits of a template.
 * Runs on the device only; every array here is as secret as a face.
 * @module
 */
import { ProtocolError } from '../wire/errors.ts';
import type { SealedParameters } from '../wire/parameters.ts';

/**
 * A copy of length 1 (Euclidean).
 * @throws {ProtocolError} `embedding-refused` when a value is not finite or all are 0.
 */
export function unitVector(values: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const out = new Float64Array(values.length);
  let square = 0;
  for (let i = 0; i < values.length; i++) {
    out[i] = values[i]!;
    square += out[i]! * out[i]!;
  }
  if (!(square > 0 && Number.isFinite(square))) {
    throw new ProtocolError('embedding-refused', { details: { dim: values.length } });
  }
  const norm = Math.sqrt(square);
  for (let i = 0; i < out.length; i++) out[i]! /= norm;
  return out;
}

/**
 * From the embeddings of an enrolment to w, length 1: the plaintext form of a template.
 * @param embeddings at least one; all of the same length; already mapped by the manifest's map. The caller wipes
 * them, and w.
 * @throws {ProtocolError} `embedding-refused`.
 */
export type Verifier = (embeddings: readonly ArrayLike<number>[]) => Float64Array<ArrayBuffer>;

/** The mean of the embeddings, each taken at length 1. */
export const meanVerifier: Verifier = (embeddings) => {
  const dim = embeddings[0]?.length ?? 0;
  const sum = new Float64Array(dim);
  for (const embedding of embeddings) {
    if (embedding.length !== dim) throw new ProtocolError('embedding-refused', { details: { dim } });
    const one = unitVector(embedding);
    for (let i = 0; i < dim; i++) sum[i]! += one[i]!;
    one.fill(0);
  }
  const mean = unitVector(sum);
  sum.fill(0);
  return mean;
};

/**
 * t = round(step * y), clipped to [-limit, limit], with sum t_i^2 inside the interval of the parameter
 * set and an even sum t_i.
 *
 * The step is found by bisection as the smallest one whose sum of squares reaches the middle of the
 * interval; that sum grows with the step in jumps of at most 2 * limit - 1, so it ends just above the
 * middle. Then, when sum t_i is odd, the digit nearest its rounding edge moves to the other side of
 * that edge, which changes the sum of squares by at most 2 * limit - 1 again: it is the digit that crossed
 * last, so t is still the rounding of y at one common step. (Even sum t_i makes every
 * score even, since a score is congruent to sum t_i modulo 2; only even v are then in the table.)
 *
 * @param y F w, `digits` values.
 * @throws {ProtocolError} `template-refused` when no step lands inside the interval: y is not the
 * image of an embedding under a frame.
 */
export function quantise(y: ArrayLike<number>, params: SealedParameters): Int8Array<ArrayBuffer> {
  const [low, high] = params.normInterval;
  const middle = (low + high) / 2;
  const step = smallestStep((candidate) => squares(round(y, candidate, params.digitLimit)) >= middle);
  const t = round(y, step, params.digitLimit);
  if (t.reduce((sum, digit) => sum + digit, 0) % 2 !== 0) moveNearest(t, y, step, params.digitLimit);

  const norm = squares(t);
  const even = t.reduce((sum, digit) => sum + digit, 0) % 2 === 0;
  if (t.length !== params.digits || norm < low || norm > high || !even) {
    throw new ProtocolError('template-refused');
  }
  return t;
}

/** Bisection on a monotone predicate over steps up to 2^16; 60 halvings exhaust a double. */
function smallestStep(reaches: (step: number) => boolean): number {
  let below = 0;
  let above = 2 ** 16;
  for (let i = 0; i < 60; i++) {
    const between = (below + above) / 2;
    if (reaches(between)) above = between;
    else below = between;
  }
  return above;
}

function round(y: ArrayLike<number>, step: number, limit: number): Int8Array<ArrayBuffer> {
  const t = new Int8Array(y.length);
  for (let i = 0; i < t.length; i++) {
    t[i] = Math.max(-limit, Math.min(limit, Math.floor(y[i]! * step + 0.5)));
  }
  return t;
}

/** Moves the digit whose exact value is nearest to where rounding would have gone the other way. */
function moveNearest(t: Int8Array, y: ArrayLike<number>, step: number, limit: number): void {
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  let move = 0;
  for (let i = 0; i < t.length; i++) {
    const rest = y[i]! * step - t[i]!; // in [-1/2, 1/2] unless clipped
    const direction = rest < 0 ? -1 : 1;
    const distance = Math.abs(0.5 - Math.abs(rest));
    if (Math.abs(t[i]! + direction) <= limit && distance < least) {
      [nearest, least, move] = [i, distance, direction];
    }
  }
  if (nearest >= 0) t[nearest]! += move;
}

function squares(t: Int8Array): number {
  return t.reduce((sum, digit) => sum + digit * digit, 0);
}
