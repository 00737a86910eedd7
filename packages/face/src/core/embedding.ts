/**
 * Arithmetic on embeddings. Plain vectors; nothing here knows a model.
 * @module
 */
import { FaceError } from './errors.ts';

/**
 * A copy of `vector` with length 1.
 * @throws {FaceError} `bad-embedding` when a component is not finite or all are 0.
 */
export function normalise(vector: ArrayLike<number>): Float32Array {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! ** 2;
  if (!(sum > 0 && Number.isFinite(sum))) throw new FaceError('bad-embedding');
  const scale = 1 / Math.sqrt(sum);
  return Float32Array.from(vector, (value) => value * scale);
}

/** Dot product; the cosine of the angle when both have length 1. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new FaceError('bad-embedding', { details: { a: a.length, b: b.length } });
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * The direction between several embeddings of one person: their mean, normalised.
 * Each is expected to have length 1, so that no frame weighs more than another.
 * @throws {FaceError} `bad-embedding` on an empty list, unequal lengths, or vectors that cancel out.
 */
export function meanEmbedding(embeddings: readonly ArrayLike<number>[]): Float32Array {
  const length = embeddings[0]?.length ?? 0;
  const sum = new Float64Array(length);
  for (const embedding of embeddings) {
    if (embedding.length !== length) throw new FaceError('bad-embedding');
    for (let i = 0; i < length; i++) sum[i]! += embedding[i]!;
  }
  return normalise(sum);
}
