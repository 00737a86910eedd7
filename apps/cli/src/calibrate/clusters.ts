/**
 * Centres of clusters on the sphere (spherical k-means), to look for faces that many others resemble.
 * @see Dhillon and Modha, "Concept decompositions for large sparse text data using clustering" (2001)
 * @module
 */
import { normalise } from '@blindsight/face';

const rounds = 3;

/**
 * At most `count` unit vectors; deterministic. Starts at vectors spread evenly over the list; a centre that nobody
 * is nearest to is left out.
 * @param vectors unit length, at least one.
 */
export function clusterCentres(vectors: readonly Float32Array[], count: number): Float32Array[] {
  const dim = vectors[0]!.length;
  const wanted = Math.min(count, vectors.length);
  const centres = new Float32Array(wanted * dim);
  for (let i = 0; i < wanted; i++) centres.set(vectors[Math.floor((i * vectors.length) / wanted)]!, i * dim);
  const held = new Set<number>();
  for (let round = 0; round < rounds; round++) {
    const sums = new Map<number, Float64Array>();
    for (const vector of vectors) {
      const nearest = nearestOf(centres, vector);
      const sum = sums.get(nearest) ?? new Float64Array(dim);
      for (let k = 0; k < dim; k++) sum[k]! += vector[k]!;
      sums.set(nearest, sum);
    }
    held.clear();
    for (const [i, sum] of sums) {
      centres.set(normalise(sum), i * dim);
      held.add(i);
    }
  }
  return [...held].map((i) => centres.slice(i * dim, (i + 1) * dim));
}

function nearestOf(centres: Float32Array, vector: Float32Array): number {
  let [nearest, most] = [0, Number.NEGATIVE_INFINITY];
  for (let i = 0, at = 0; at < centres.length; i++) {
    let likeness = 0;
    for (let k = 0; k < vector.length; k++, at++) likeness += centres[at]! * vector[k]!;
    if (likeness > most) [nearest, most] = [i, likeness];
  }
  return nearest;
}
