/**
 * From an aligned chip to the 96 taps of every position: fixed, public, in the clear on the device. Nothing learned.
 * The rule, to the last digit, is in `training/README.md` ("From picture to taps").
 * @module
 */
import { chipSide } from './network.ts';
import { gridSide, positions, taps } from './parameters.ts';

/** Pixels of a side after shrinking, and of a chroma plane's. */
const side = 64;
const half = side / 2;
/** Values beyond this carry no face, and the squares need a bound. */
const clip = 4;
/** A flat picture is not blown up. Unit: grey levels. */
const smallestDeviation = 8;
/** Colours vary less than light. */
const chromaGain = 3;

/**
 * @param chip [3][112][112], planes R G B from 0 to 255, the five points on ArcFace's template.
 * @returns slots of every input block: tap B b + u of position p at b S + B p + u.
 */
export function frontEnd(chip: ArrayLike<number>, block: number): Float64Array {
  const [reds, greens, blues] = shrink(chip);
  const luma = new Float64Array(side * side);
  const blue = new Float64Array(half * half);
  const red = new Float64Array(half * half);
  for (let at = 0; at < side * side; at++) {
    const [r, g, b] = [reds[at]!, greens[at]!, blues[at]!];
    const y = 0.299 * r + 0.587 * g + 0.114 * b;
    luma[at] = y;
    const quarter = Math.floor(at / (2 * side)) * half + ((at % side) >> 1);
    blue[quarter]! += (0.5 * (b - y)) / 0.886 / 4;
    red[quarter]! += (0.5 * (r - y)) / 0.701 / 4;
  }
  const middle = mean(luma);
  const deviation = Math.max(Math.sqrt(mean(luma.map((y) => (y - middle) ** 2))), smallestDeviation);
  standardise(luma, 1 / deviation);
  for (const plane of [blue, red]) standardise(plane, chromaGain / deviation);

  const out = new Float64Array(taps * positions);
  const gather = (plane: Float64Array, width: number, size: number, first: number) => {
    const stride = width / gridSide;
    for (let p = 0; p < positions; p++) {
      const [top, left] = [Math.floor(p / gridSide) * stride, (p % gridSide) * stride];
      for (let t = 0; t < size * size; t++) {
        const [y, x] = [(top + Math.floor(t / size)) % width, (left + (t % size)) % width];
        const tap = first + t;
        out[Math.floor(tap / block) * positions * block + p * block + (tap % block)] = plane[y * width + x]!;
      }
    }
  };
  gather(luma, side, 8, 0);
  gather(blue, half, 4, 64);
  gather(red, half, 4, 80);
  for (const secret of [reds, greens, blues, luma, blue, red]) secret.fill(0);
  return out;
}

/** Each plane of 112 x 112 to 64 x 64 by exact area averaging, not rounded. */
function shrink(chip: ArrayLike<number>): [Float64Array, Float64Array, Float64Array] {
  const ratio = chipSide / side;
  const shares = Array.from({ length: side }, (_, i) => {
    const [from, to] = [i * ratio, (i + 1) * ratio];
    const first = Math.floor(from);
    return Array.from({ length: Math.ceil(to) - first }, (_, k) => {
      const [low, high] = [Math.max(from, first + k), Math.min(to, first + k + 1)];
      return [first + k, (high - low) / ratio] as const;
    });
  });
  const plane = (start: number) =>
    Float64Array.from({ length: side * side }, (_, at) => {
      let sum = 0;
      for (const [y, wy] of shares[Math.floor(at / side)]!) {
        for (const [x, wx] of shares[at % side]!) sum += wy * wx * chip[start + y * chipSide + x]!;
      }
      return sum;
    });
  return [plane(0), plane(chipSide ** 2), plane(2 * chipSide ** 2)];
}

/** In place: minus the mean, times a gain, clipped. */
function standardise(plane: Float64Array, gain: number): void {
  const middle = mean(plane);
  for (let i = 0; i < plane.length; i++) {
    plane[i] = Math.min(clip, Math.max(-clip, (plane[i]! - middle) * gain));
  }
}

function mean(xs: Float64Array): number {
  return xs.reduce((sum, x) => sum + x, 0) / xs.length;
}
