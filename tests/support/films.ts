/** What the fake camera sees: films composed from still pictures, one row of the test matrix each. */
import { camera, type Picture } from './y4m.ts';

/** How long each still stays in view, in frames: long enough to be sampled, short enough to vary. */
const hold = 15;

/** Each picture for half a second, never twice the same pixel grid: a hand-held camera is not still. */
export function* genuine(pictures: readonly Picture[]): Generator<Picture> {
  for (const [n, picture] of pictures.entries()) {
    for (let k = 0; k < hold; k++) yield place(picture, 2 * ((k + n) % 3) - 2, (k % 2) * 2 - 1);
  }
}

/** Two people side by side. */
export function* together(left: Picture, right: Picture): Generator<Picture> {
  for (let k = 0; k < hold * 2; k++) {
    const shift = k % 2;
    const frame = blank(shift);
    paste(frame, left, shift - camera.width / 4, 0.75);
    paste(frame, right, shift + camera.width / 4, 0.75);
    yield frame;
  }
}

/** One picture, every frame the same to the last bit. */
export function* frozen(picture: Picture): Generator<Picture> {
  for (let k = 0; k < hold; k++) yield place(picture, 0, 0);
}

/** A wall with nobody in front of it. */
export function* empty(): Generator<Picture> {
  for (let k = 0; k < hold; k++) yield blank(k);
}

/** The same film through a transformation of each frame. */
export function* through(film: Iterable<Picture>, change: (frame: Picture) => Picture): Generator<Picture> {
  for (const frame of film) yield change(frame);
}

/** Box blur, applied `passes` times; radius in pixels. Three passes are close to a Gaussian. */
export function blur(frame: Picture, radius = 9, passes = 3): Picture {
  let data: Float32Array = Float32Array.from(frame.data);
  const { width, height } = frame;
  for (let pass = 0; pass < passes; pass++) {
    data = blurLines(data, height, width, width * 4, 4, radius);
    data = blurLines(data, width, height, 4, width * 4, radius);
  }
  return { width, height, data: Uint8ClampedArray.from(data) };
}

/** Multiplies every channel. */
export function dim(frame: Picture, factor: number): Picture {
  return { ...frame, data: Uint8ClampedArray.from(frame.data, (v, i) => (i % 4 === 3 ? v : v * factor)) };
}

/** A running mean along each of `lines` lines of `length` pixels. */
function blurLines(
  data: Float32Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  radius: number,
): Float32Array {
  const out = new Float32Array(data.length);
  const weight = 1 / (2 * radius + 1);
  for (let line = 0; line < lines; line++) {
    for (let channel = 0; channel < 4; channel++) {
      const at = (i: number): number =>
        line * lineStep + Math.min(length - 1, Math.max(0, i)) * step + channel;
      let sum = 0;
      for (let i = -radius; i <= radius; i++) sum += data[at(i)]!;
      for (let i = 0; i < length; i++) {
        out[at(i)] = sum * weight;
        sum += data[at(i + radius + 1)]! - data[at(i - radius)]!;
      }
    }
  }
  return out;
}

/** A picture scaled to the height of the frame, on a plain wall, moved by (dx, dy) pixels. */
function place(picture: Picture, dx: number, dy: number): Picture {
  const frame = blank(0);
  paste(frame, picture, dx, 1, dy);
  return frame;
}

/** A plain wall with a faint gradient, so that no two `phase`s are equal. */
function blank(phase: number): Picture & { data: Uint8ClampedArray } {
  const { width, height } = camera;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      data[at] = data[at + 1] = data[at + 2] = 118 + ((x + y + phase) >> 6);
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}

/** Draws `picture` with its height at `scale` of the frame, centred and moved by (dx, dy); bilinear. */
function paste(
  frame: { data: Uint8ClampedArray },
  picture: Picture,
  dx: number,
  scale: number,
  dy = 0,
): void {
  const zoom = (camera.height * scale) / picture.height;
  const left = Math.round((camera.width - picture.width * zoom) / 2 + dx);
  const top = Math.round((camera.height - picture.height * zoom) / 2 + dy);
  for (let y = Math.max(0, top); y < Math.min(camera.height, top + picture.height * zoom); y++) {
    for (let x = Math.max(0, left); x < Math.min(camera.width, left + picture.width * zoom); x++) {
      const u = Math.min(picture.width - 1.001, (x - left) / zoom);
      const v = Math.min(picture.height - 1.001, (y - top) / zoom);
      const [x0, y0] = [Math.floor(u), Math.floor(v)];
      const [fx, fy] = [u - x0, v - y0];
      const a = (y0 * picture.width + x0) * 4;
      const b = a + picture.width * 4;
      const out = (y * camera.width + x) * 4;
      for (let c = 0; c < 3; c++) {
        const d = picture.data;
        frame.data[out + c] =
          (d[a + c]! * (1 - fx) + d[a + 4 + c]! * fx) * (1 - fy) +
          (d[b + c]! * (1 - fx) + d[b + 4 + c]! * fx) * fy;
      }
    }
  }
}
