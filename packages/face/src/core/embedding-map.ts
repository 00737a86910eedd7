/**
 * The manifest's map from network output to the space in which faces are compared:
 * x = W (e - mu), normalised, of the normalised output e.
 * @module
 */
import type { ModelManifest } from '../models/manifest.ts';
import { normalise } from './embedding.ts';
import { FaceError } from './errors.ts';

export interface EmbeddingMap {
  /** Length of the mapped embedding. */
  readonly dimensions: number;
  /** @param output of the network, any length above 0. @throws {FaceError} `bad-embedding` */
  apply(output: ArrayLike<number>): Float32Array;
}

/**
 * The map that a manifest describes.
 * @param bytes of its file; absent for `identity`.
 * @throws {FaceError} `manifest-malformed` when there are not as many values as it says; `bad-embedding`.
 */
export function readMap(
  { map, dimensions, networkDimensions }: ModelManifest['embedding'],
  bytes: Uint8Array | undefined,
): EmbeddingMap {
  if (map === 'identity') return identityMap(dimensions);
  if (bytes === undefined || bytes.length % 4 !== 0) throw malformed();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  if (map === 'affine') return affineMap(values, dimensions, networkDimensions);
  if (values.length !== dimensions) throw malformed();
  return centreMap(values);
}

const malformed = (): FaceError =>
  new FaceError('manifest-malformed', { details: { problem: 'map length' } });

export function identityMap(dimensions: number): EmbeddingMap {
  return centreMap(new Float32Array(dimensions));
}

/** @param mu what is subtracted. @throws {FaceError} `bad-embedding` when a value is not finite. */
export function centreMap(mu: Float32Array): EmbeddingMap {
  if (!mu.every(Number.isFinite)) throw new FaceError('bad-embedding', { details: { values: mu.length } });
  return { dimensions: mu.length, apply: (output) => normalise(centred(output, mu)) };
}

/**
 * @param values float32: mu (`networkDimensions`), then W by rows (`dimensions` x `networkDimensions`)
 * @throws {FaceError} `bad-embedding` when there are not exactly so many, or one is not finite.
 */
export function affineMap(values: Float32Array, dimensions: number, networkDimensions: number): EmbeddingMap {
  if (values.length !== networkDimensions * (1 + dimensions) || !values.every(Number.isFinite)) {
    throw new FaceError('bad-embedding', { details: { values: values.length } });
  }
  const mu = values.subarray(0, networkDimensions);
  return {
    dimensions,
    apply(output) {
      const e = centred(output, mu);
      const x = new Float64Array(dimensions);
      for (let i = 0; i < dimensions; i++) {
        const row = networkDimensions * (1 + i);
        let sum = 0;
        for (let j = 0; j < networkDimensions; j++) sum += values[row + j]! * e[j]!;
        x[i] = sum;
      }
      return normalise(x);
    },
  };
}

/** The normalised output, less mu. */
function centred(output: ArrayLike<number>, mu: Float32Array): Float32Array {
  if (output.length !== mu.length)
    throw new FaceError('bad-embedding', { details: { length: output.length } });
  const e = normalise(output);
  for (let i = 0; i < e.length; i++) e[i]! -= mu[i]!;
  return e;
}
