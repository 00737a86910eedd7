/** Frames drawn by a formula, and the ways a camera picture goes bad. @module */
import type { RgbaFrame } from '../../src/core/frame.ts';

/** A grey picture: `value` gives 0..255 at each pixel. */
export function synthetic(width: number, height: number, value: (x: number, y: number) => number): RgbaFrame {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      data.fill(value(x, y), at, at + 3);
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}

/** Each colour value through `change`. */
export function recoloured(frame: RgbaFrame, change: (value: number) => number): RgbaFrame {
  const data = Uint8ClampedArray.from(frame.data, (value, i) => (i % 4 === 3 ? 255 : change(value)));
  return { ...frame, data };
}

/** Three passes of a box of 2 * radius + 1 pixels: close to a Gaussian of sigma = radius. */
export function blurred(frame: RgbaFrame, radius: number): RgbaFrame {
  let data = Float32Array.from(frame.data);
  const { width, height } = frame;
  for (let pass = 0; pass < 3; pass++) {
    data = boxAlong(data, width, height, 4, 4 * width, radius);
    data = boxAlong(data, height, width, 4 * width, 4, radius);
  }
  return { width, height, data: Uint8ClampedArray.from(data) };
}

function boxAlong(
  data: Float32Array<ArrayBuffer>,
  length: number,
  lines: number,
  step: number,
  lineStep: number,
  radius: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(data.length);
  for (let line = 0; line < lines; line++) {
    for (let channel = 0; channel < 4; channel++) {
      const at = (i: number): number =>
        line * lineStep + Math.min(length - 1, Math.max(0, i)) * step + channel;
      let sum = 0;
      for (let i = -radius; i <= radius; i++) sum += data[at(i)]!;
      for (let i = 0; i < length; i++) {
        out[at(i)] = sum / (2 * radius + 1);
        sum += data[at(i + radius + 1)]! - data[at(i - radius)]!;
      }
    }
  }
  return out;
}

/** The frame shrunk by `factor` around a point of a grey frame of the same size. */
export function placed(frame: RgbaFrame, factor: number, dx = 0, dy = 0): RgbaFrame {
  const { width, height, data } = frame;
  const out = synthetic(width, height, () => 110).data;
  const step = 1 / factor;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sx = Math.round((x - dx - width / 2) * step + width / 2);
      const sy = Math.round((y - dy - height / 2) * step + height / 2);
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue;
      const [to, from] = [4 * (y * width + x), 4 * (sy * width + sx)];
      for (let c = 0; c < 3; c++) out[to + c] = data[from + c]!;
    }
  }
  return { width, height, data: out };
}

/** Left half of one, right half of the other. */
export function sideBySide(left: RgbaFrame, right: RgbaFrame): RgbaFrame {
  const { width } = left;
  return cutAt(width / 2, placed(left, 0.6, -width / 4), placed(right, 0.6, width / 4));
}

/** Somebody in the right third, so much smaller. */
export function withBystander(frame: RgbaFrame, bystander: RgbaFrame, size: number): RgbaFrame {
  const { width } = frame;
  return cutAt((2 * width) / 3, placed(frame, 0.8, -width / 6), placed(bystander, 0.8 * size, width / 3));
}

/** One frame to the left of column x, the other from there on. */
function cutAt(x: number, left: RgbaFrame, right: RgbaFrame): RgbaFrame {
  const { width, height } = left;
  const data = Uint8ClampedArray.from(left.data, (value, i) =>
    (i >> 2) % width < x ? value : right.data[i]!,
  );
  return { width, height, data };
}

/** Grey camera noise, another one for every `seed`. */
export function noisy(seed: number): RgbaFrame {
  const [width, height] = [64, 48];
  const data = new Uint8ClampedArray(4 * width * height);
  let state = seed >>> 0;
  for (let i = 0; i < data.length; i += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data.fill(100 + (state >>> 29), i, i + 3);
    data[i + 3] = 255;
  }
  return { width, height, data };
}
