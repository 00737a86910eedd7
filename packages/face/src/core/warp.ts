/**
 * Cuts a square out of a frame: rotated, scaled, bilinear, as input for a network.
 * @module
 */
import type { RgbaFrame } from './frame.ts';
import { type Similarity, scaleOf } from './geometry.ts';

/** Samples per output pixel and axis at most; bounds the time for very large faces. */
const maxSamples = 4;

/**
 * The square as three planes, R G B, 0..255; black outside the frame.
 * When the square is smaller than what it shows, each pixel averages a grid of samples: plain bilinear
 * sampling would alias, and a face near the camera would get another embedding than one further away.
 *
 * Cost: size^2 * samples^2 bilinear reads; 150 px about 1 ms.
 *
 * @param toFrame from square pixels to frame pixels
 * @param out shape [3, size, size]; reused by callers that run for every frame
 */
export function cutSquare(
  frame: RgbaFrame,
  toFrame: Similarity,
  size: number,
  out: Float32Array = new Float32Array(3 * size * size),
): Float32Array {
  const { width, height, data } = frame;
  const { a, b, tx, ty } = toFrame;
  const samples = Math.min(maxSamples, Math.max(1, Math.round(scaleOf(toFrame))));
  const weight = 1 / (samples * samples);
  const plane = size * size;

  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let sample = 0; sample < samples * samples; sample++) {
        const u = column + ((sample % samples) + 0.5) / samples - 0.5;
        const v = row + (Math.floor(sample / samples) + 0.5) / samples - 0.5;
        const x = a * u - b * v + tx;
        const y = b * u + a * v + ty;
        const x0 = Math.floor(x);
        const y0 = Math.floor(y);
        const fx = x - x0;
        const fy = y - y0;
        for (let corner = 0; corner < 4; corner++) {
          const cx = x0 + (corner & 1);
          const cy = y0 + (corner >> 1);
          if (cx < 0 || cy < 0 || cx >= width || cy >= height) continue;
          const w = (corner & 1 ? fx : 1 - fx) * (corner >> 1 ? fy : 1 - fy);
          const p = 4 * (cy * width + cx);
          red += w * data[p]!;
          green += w * data[p + 1]!;
          blue += w * data[p + 2]!;
        }
      }
      const at = row * size + column;
      out[at] = red * weight;
      out[plane + at] = green * weight;
      out[2 * plane + at] = blue * weight;
    }
  }
  return out;
}

/** In place: value = (colour - mean) * scale, per plane. */
export function scaleColours(
  planes: Float32Array,
  mean: readonly number[],
  scale: readonly number[],
): Float32Array {
  const plane = planes.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const [m, s] = [mean[channel]!, scale[channel]!];
    for (let i = channel * plane, end = i + plane; i < end; i++) planes[i] = (planes[i]! - m) * s;
  }
  return planes;
}
