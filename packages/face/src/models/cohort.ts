/**
 * The cohort of the logistic verifier as a file: unit vectors in 8 bits. A direction in 128 dimensions is kept to
 * about 0.3 degrees, far below what two frames of one person differ by.
 *
 * Format: the vectors one after the other, `dimensions` signed bytes each, every vector scaled so that its largest
 * component is 127 or -127; the reader brings it back to length 1.
 * @module
 */
import { normalise } from '../core/embedding.ts';
import { FaceError } from '../core/errors.ts';

/** @throws {FaceError} `bad-embedding` for vectors of unequal length, not finite, or 0. */
export function encodeCohort(vectors: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const dimensions = vectors[0]?.length ?? 0;
  const out = new Int8Array(vectors.length * dimensions);
  for (const [i, vector] of vectors.entries()) {
    if (vector.length !== dimensions) throw new FaceError('bad-embedding');
    const unit = normalise(vector);
    const largest = unit.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (let k = 0; k < dimensions; k++) out[i * dimensions + k] = Math.round((127 * unit[k]!) / largest);
  }
  return new Uint8Array(out.buffer);
}

/**
 * Unit vectors of `dimensions` floats.
 * @throws {FaceError} `manifest-malformed` when the bytes are not a whole number of vectors, at least one, none of
 * them 0.
 */
export function decodeCohort(bytes: Uint8Array, dimensions: number): Float32Array[] {
  const count = bytes.length / dimensions;
  if (!Number.isInteger(count) || count < 1) throw malformed();
  const values = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => {
    const row = values.subarray(i * dimensions, (i + 1) * dimensions);
    if (!row.some((value) => Math.abs(value) === 127)) throw malformed();
    return normalise(row);
  });
}

const malformed = (): FaceError => new FaceError('manifest-malformed', { details: { problem: 'cohort' } });
