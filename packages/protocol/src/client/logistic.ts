/**
 * A verifier trained on the device: logistic regression of the person against a cohort of generated faces, without
 * intercept (ZAuth's per-user model). Its direction w is used like the mean's.
 *
 * With x the mean of the person's embeddings and c_1..c_n the cohort, all of length 1, minimised is over w
 *
 *     1/2 |w|^2 + strength * ( log(1 + exp(-<w, x>)) + cohortWeight / n * sum_j log(1 + exp(<w, c_j>)) )
 *
 * As `strength` falls the direction goes to x less `cohortWeight` times the mean of the cohort; with `cohortWeight` 0
 * it is x.
 *
 * The curvature of log(1 + exp z) is at most 1/4, so one fixed matrix bounds the Hessian everywhere: steps with its
 * inverse never overshoot, and the cohort's share of it is made once for all trainings.
 * @see Boehning and Lindsay, "Monotonicity of quadratic-approximation algorithms" (1988)
 * @module
 */
import { ProtocolError } from '../wire/errors.ts';
import { meanVerifier, unitVector, type Verifier } from './template.ts';

export interface LogisticParameters {
  /** Weight of the data against |w|^2; larger separates more sharply. Above 0. */
  readonly strength: number;
  /** Weight of the whole cohort against the whole person; 1 is balanced. At least 0. */
  readonly cohortWeight: number;
}

/** Stop when no component of a step is larger. */
const tolerance = 1e-9;
/** Some 15 for strength 1, some hundred for 100. */
const mostSteps = 5000;

/**
 * The trainer for one cohort; a training takes a few milliseconds for 512 x 128.
 * @param cohort unit vectors in the mapped space, at least one. No secret.
 * @throws {ProtocolError} `embedding-refused` for a cohort member that is 0 or not finite; from the verifier for
 * embeddings like that, lengths that differ, or a training that does not end.
 */
export function logisticVerifier(
  cohort: readonly ArrayLike<number>[],
  parameters: LogisticParameters,
): Verifier {
  const { strength, cohortWeight } = parameters;
  const dim = cohort[0]?.length ?? 0;
  const others = cohort.map((c) => ({
    row: unitVector(c),
    weight: (strength * cohortWeight) / cohort.length,
  }));
  const bound = curvatureBound(others, dim);
  return (embeddings) => {
    if (embeddings.length === 0 || [...embeddings, ...cohort].some(({ length }) => length !== dim)) {
      throw new ProtocolError('embedding-refused', { details: { dim } });
    }
    const row = meanVerifier(embeddings);
    for (let k = 0; k < dim; k++) row[k]! *= -1;
    const person = { row, weight: strength };
    const factor = bound.slice();
    addCurvature(factor, person);
    decompose(factor, dim);
    try {
      const w = minimise([person, ...others], factor, dim);
      const direction = unitVector(w);
      w.fill(0);
      return direction;
    } finally {
      for (const secret of [row, factor]) secret.fill(0);
    }
  };
}

/** One term weight * log(1 + exp(<w, row>)). */
interface Term {
  readonly row: Float64Array<ArrayBuffer>;
  readonly weight: number;
}

/** @param factor of the bound, from `decompose`. */
function minimise(terms: readonly Term[], factor: Float64Array, dim: number): Float64Array<ArrayBuffer> {
  const w = new Float64Array(dim);
  const step = new Float64Array(dim);
  try {
    for (let i = 0; i < mostSteps; i++) {
      gradient(terms, w, step);
      solve(factor, step);
      for (let k = 0; k < dim; k++) w[k]! -= step[k]!;
      if (step.every((value) => Math.abs(value) <= tolerance)) return w;
    }
    throw new ProtocolError('embedding-refused', { details: { dim } });
  } finally {
    step.fill(0);
  }
}

function gradient(terms: readonly Term[], w: Float64Array, out: Float64Array): void {
  out.set(w);
  for (const { row, weight } of terms) {
    let z = 0;
    for (let k = 0; k < w.length; k++) z += row[k]! * w[k]!;
    const slope = weight / (1 + Math.exp(-z));
    for (let k = 0; k < w.length; k++) out[k]! += slope * row[k]!;
  }
}

/** The lower half of 1 + sum weight / 4 * row row^T, which no Hessian of these terms exceeds. */
function curvatureBound(terms: readonly Term[], dim: number): Float64Array<ArrayBuffer> {
  const matrix = new Float64Array(dim * dim);
  for (let k = 0; k < dim; k++) matrix[k * dim + k] = 1;
  for (const term of terms) addCurvature(matrix, term);
  return matrix;
}

function addCurvature(matrix: Float64Array, { row, weight }: Term): void {
  for (let k = 0, at = 0; k < row.length; k++, at += row.length) {
    const scaled = (weight / 4) * row[k]!;
    for (let l = 0; l <= k; l++) matrix[at + l]! += scaled * row[l]!;
  }
}

/** Cholesky in place: the lower half of a symmetric positive definite matrix becomes its factor. */
function decompose(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!;
    }
  }
}

/** Solves L L^T x = b in place. */
function solve(factor: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i]! -= factor[i * n + k]! * b[k]!;
    b[i]! /= factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i]! -= factor[k * n + i]! * b[k]!;
    b[i]! /= factor[i * n + i]!;
  }
}
