/**
 * Reads the pixels of camera frames, and notices browsers that answer with other pixels than were drawn.
 * @module
 */
import type { RgbaFrame } from '@blindsight/face';
import { WebError } from '../sdk/errors.ts';

/** Keeps one canvas for all frames of a size. */
export class PixelReader {
  #context: OffscreenCanvasRenderingContext2D | undefined;

  /** The pixels, not mirrored. Closes the bitmap and blanks the canvas: what is returned is the only copy. */
  read(picture: ImageBitmap): RgbaFrame {
    const { width, height } = picture;
    const canvas = this.#context?.canvas;
    if (canvas?.width !== width || canvas.height !== height) {
      this.#context = openContext(width, height);
    }
    const context = this.#context!;
    context.drawImage(picture, 0, 0);
    picture.close();
    const { data } = context.getImageData(0, 0, width, height);
    context.clearRect(0, 0, width, height);
    return { width, height, data };
  }
}

/** @throws {WebError} `camera-blocked` where a canvas gives no context. */
function openContext(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new WebError('camera-blocked');
  return context;
}

/** Side of the test pattern. Unit: pixels. */
const side = 16;
/** Largest change of a colour that does not matter to a face (protections that flip the lowest bits). */
const tolerance = 4;

/**
 * Draws a known pattern and reads it back. Fingerprinting protection (Tor, LibreWolf, some of Brave) answers
 * with noise or white: a face would never be found, or would be another's.
 * @throws {WebError} `camera-blocked`
 */
export function assertHonestPixels(): void {
  const context = openContext(side, side);
  const pattern = context.createImageData(side, side);
  for (let i = 0; i < pattern.data.length; i++) pattern.data[i] = i % 4 === 3 ? 255 : (i * 37) % 256;
  context.putImageData(pattern, 0, 0);
  const read = context.getImageData(0, 0, side, side).data;
  if (!samePixels(pattern.data, read)) throw new WebError('camera-blocked');
}

/** Shape [n * 4], R G B A, 0..255 on both sides. */
export function samePixels(drawn: Uint8ClampedArray, read: Uint8ClampedArray): boolean {
  return drawn.length === read.length && drawn.every((value, i) => Math.abs(value - read[i]!) <= tolerance);
}
