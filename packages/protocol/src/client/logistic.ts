/**
 * A verifier trained on the device: logistic regression of the person against a cohort of generated faces, without
 * intercept (ZAuth's per-user model). Its direction w is used like the mean's.
 *
 * With x the mean of the person's embeddings and c_1..c_n the cohort, all of length 1, minimised is over w
 *
 *     1/2 |w|^2 + strength * ( log(1 + exp(-<w, x>)) + cohortWeight / n * sum_j log(1 + exp(<w, c_j>)) )
 *
 * by Newton's method: strictly convex, 128 variables, some six steps. As `strength` falls the direction goes to
 * x less `cohortWeight` times the mean of the cohort; with `cohortWeight` 0 it is x.
 * @see Cox, "The regression analysis of binary sequences" (1958); Boyd and Vandenberghe, "Convex optimization", 9.5
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
/** Newton's method has needed at most 9 in tests; a device that needs 50 has been given nonsense. */
const mostSteps = 50;

/**
 * The trainer for one cohort; about 40 ms for 512 x 128.
 * @param cohort unit vectors in the mapped space, at least one. No secret.
 * @throws {ProtocolError} from the verifier: `embedding-refused` for lengths that differ, values that are not
 * finite, or a training that does not end.
 */
export function logisticVerifier(
  cohort: readonly ArrayLike<number>[],
  parameters: LogisticParameters,
): Verifier {
  return (embeddings) => {
    const dim = cohort[0]?.length ?? 0;
    if (embeddings.length === 0 || [...embeddings, ...cohort].some(({ length }) => length !== dim)) {
      throw new ProtocolError('embedding-refused', { details: { dim } });
    }
    const { strength, cohortWeight } = parameters;
    const person = meanVerifier(embeddings);
    for (let k = 0; k < dim; k++) person[k]! *= -1;
    const others = cohort.map((c) => ({
      row: unitVector(c),
      weight: (strength * cohortWeight) / cohort.length,
    }));
    const w = minimise([{ row: person, weight: strength }, ...others], dim);
    const direction = unitVector(w);
    for (const secret of [w, person]) secret.fill(0);
    return direction;
  };
}

/** One term weight * log(1 + exp(<w, row>)). */
interface Term {
  readonly row: Float64Array<ArrayBuffer>;
  readonly weight: number;
}

function minimise(terms: readonly Term[], dim: number): Float64Array<ArrayBuffer> {
  const w = new Float64Array(dim);
  const step = new Float64Array(dim);
  const hessian = new Float64Array(dim * dim);
  try {
    for (let i = 0; i < mostSteps; i++) {
      derivatives(terms, w, step, hessian);
      solve(hessian, step);
      for (let k = 0; k < dim; k++) w[k]! -= step[k]!;
      if (step.every((value) => Math.abs(value) <= tolerance)) return w;
    }
    throw new ProtocolError('embedding-refused', { details: { dim } });
  } finally {
    step.fill(0);
    hessian.fill(0);
  }
}

/** Gradient and the lower half of the Hessian at w. */
function derivatives(
  terms: readonly Term[],
  w: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const dim = w.length;
  gradient.set(w);
  hessian.fill(0);
  for (let k = 0; k < dim; k++) hessian[k * dim + k] = 1;
  for (const { row, weight } of terms) {
    let z = 0;
    for (let k = 0; k < dim; k++) z += row[k]! * w[k]!;
    const p = 1 / (1 + Math.exp(-z));
    const [slope, curvature] = [weight * p, weight * p * (1 - p)];
    for (let k = 0, at = 0; k < dim; k++, at += dim) {
      gradient[k]! += slope * row[k]!;
      const scaled = curvature * row[k]!;
      for (let l = 0; l <= k; l++) hessian[at + l]! += scaled * row[l]!;
    }
  }
}

/** Solves A x = b in place by Cholesky; A is symmetric, positive definite, lower half, and is overwritten. */
function solve(a: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i]! -= a[i * n + k]! * b[k]!;
    b[i]! /= a[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i]! -= a[k * n + i]! * b[k]!;
    b[i]! /= a[i * n + i]!;
  }
}
