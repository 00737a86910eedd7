/**
 * The secret frame F: digits x dim, orthonormal columns (so a tight frame, F^T F = I), the Q of a
 * Gaussian matrix. Q of a Gaussian matrix with a positive diagonal in R has the rotation-invariant
 * (Haar) law: what F x tells without F depends on angles between captures only.
 *
 * Why it is the same on every machine: from the Gaussians on, everything is *integer* arithmetic on
 * values below 2^53, which doubles hold exactly, so neither rounding modes, nor fused multiply-adds, nor
 * an engine's `Math.sqrt` can make a difference; the order of sums does not matter either. The few
 * operations that do round (one division, in `gaussian.ts` + - * /) are required to be correctly
 * rounded by ECMAScript. Transcendental functions, which are not, are never called.
 * @module
 */
import { ProtocolError } from '../wire/errors.ts';
import { allocateColumns, type Form, unit } from './columns.ts';
import { gaussianBits, gaussians } from './gaussian.ts';

/** A residual this short (2^-8 of one Gaussian) is drawn again instead of normalised. */
const shortest = 2 ** (gaussianBits - 8);

export interface FrameMatrix {
  /** Rows: digits. */
  readonly digits: number;
  /** Columns: length of the embedding. */
  readonly dim: number;
  /** Column-major, entry (i, c) at c * digits + i; integers, in units of 2^-26. Secret. */
  readonly entries: Float64Array<ArrayBuffer>;
}

/**
 * The frame of a seed. Cost: about 4 * digits * dim^2 operations (dim = 128: some 8 ms).
 * Timing depends on the seed only through the rejections of the Gaussian sampler.
 *
 * @param seed 32 bytes, wiped by the caller.
 * @param dim 1..digits.
 * @param form what to compute with, for tests: the frame is the same.
 * @throws {ProtocolError} `embedding-refused` for another dim.
 */
export function frame(seed: Uint8Array, dim: number, digits = 512, form?: Form): FrameMatrix {
  checkDim(dim, digits);
  const { entries, batch, remove, normalise } = allocateColumns(digits, dim, form);
  const draw = gaussians(seed, batch);
  for (let c = 0; c < dim; c++) {
    do {
      draw(entries.subarray(c * digits, (c + 1) * digits));
      remove(c);
    } while (normalise(c) < shortest);
    // Twice is enough (Kahan, Parlett): the second pass removes what rounding in the first left over.
    remove(c);
    normalise(c);
  }
  for (const part of [batch.values, batch.squares]) part.fill(0);
  return { digits, dim, entries };
}

/** @throws {ProtocolError} `embedding-refused` unless there is a frame for embeddings of this length. */
export function checkDim(dim: number, digits: number): void {
  if (!Number.isInteger(dim) || dim < 1 || dim > digits) {
    throw new ProtocolError('embedding-refused', { details: { dim } });
  }
}

/** F x in doubles: digits values, for x of unit length about 2^-4.5 each. */
export function applyFrame(matrix: FrameMatrix, x: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const { digits, dim, entries } = matrix;
  if (x.length !== dim) throw new ProtocolError('embedding-refused', { details: { dim: x.length } });
  const out = new Float64Array(digits);
  for (let c = 0; c < dim; c++) {
    const weight = x[c]! / unit;
    for (let i = 0; i < digits; i++) out[i]! += weight * entries[c * digits + i]!;
  }
  return out;
}
