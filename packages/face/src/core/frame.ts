/**
 * The picture that enters the pipeline.
 * @module
 */
import { FaceError } from './errors.ts';

/** One camera frame, not mirrored. Structurally an `ImageData`. */
export interface RgbaFrame {
  /** Pixels per row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Shape [height, width, 4], R G B A, 0..255; alpha is ignored. */
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** A position in a frame. Unit: pixels, x to the right, y down; (0, 0) is the centre of the first pixel. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An upright rectangle in a frame. Unit: pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Largest accepted side. Bounds the memory that one hostile or mistaken frame can claim (256 MiB). */
const maxSide = 8192;

/** @throws {FaceError} `bad-frame` when the size is unusable or does not fit the data. */
export function assertFrame(frame: RgbaFrame): void {
  const { width, height, data } = frame;
  const sides = [width, height].every((n) => Number.isInteger(n) && n >= 16 && n <= maxSide);
  if (!sides || data.length !== width * height * 4) {
    throw new FaceError('bad-frame', { details: { width, height, bytes: data.length } });
  }
}
