/**
 * Frames without any difference: a picture was put in place of the camera.
 * @module
 */
import type { RgbaFrame } from './frame.ts';

/** Luma samples per row and column of the grid that frames are compared on. */
const grid = 48;

/** Luma of grid * grid single pixels, shape [48, 48]. Single pixels, because averaging would hide noise. */
export function lumaGrid({ width, height, data }: RgbaFrame): Uint8Array {
  const samples = new Uint8Array(grid * grid);
  for (let row = 0; row < grid; row++) {
    const y = Math.floor(((row + 0.5) * height) / grid);
    for (let column = 0; column < grid; column++) {
      const p = 4 * (y * width + Math.floor(((column + 0.5) * width) / grid));
      samples[row * grid + column] = (77 * data[p]! + 150 * data[p + 1]! + 29 * data[p + 2]!) >> 8;
    }
  }
  return samples;
}

/** Mean absolute difference of two grids, 0..255. */
export function lumaDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

/** A camera has noise: not one of 2,304 samples changing, `frames` times over, does not happen. */
export class Stillness {
  readonly #frames: number;
  #previous: Uint8Array | undefined;
  #identical = 0;

  constructor(frames: number) {
    this.#frames = frames;
  }

  /** True from the frame on that makes it so many. @param samples of `lumaGrid` */
  see(samples: Uint8Array): boolean {
    this.#identical =
      this.#previous && lumaDifference(samples, this.#previous) === 0 ? this.#identical + 1 : 0;
    this.#previous = samples;
    return this.#identical >= this.#frames;
  }

  wipe(): void {
    this.#previous = undefined;
  }
}
