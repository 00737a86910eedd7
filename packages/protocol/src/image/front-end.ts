/**
 * From an aligned crop to the 96 taps of every position: fixed, public, in the clear on the device. Nothing learned.
 * The exact rule is in `training/README.md` ("The network").
 * @module
 */
import { cropSide } from './network.ts';
import { positions, rowPositions, taps } from './parameters.ts';

const half = cropSide / 2;
/** Values beyond this many deviations carry no face, and the squares need a bound. */
const clamp = 4;
/** A flat image is not blown up. Unit: grey levels. */
const smallestDeviation = 8;
const arcfaceSide = 112;

/**
 * A 112 x 112 crop, as embedders take it, to 64 x 64 by exact area averaging.
 * @param crop [112][112][3]. @returns [64][64][3], not rounded.
 */
export function shrinkCrop(crop: ArrayLike<number>): Float64Array {
  const ratio = arcfaceSide / cropSide;
  const shares = Array.from({ length: cropSide }, (_, u) => {
    const [from, to] = [u * ratio, (u + 1) * ratio];
    const first = Math.floor(from);
    return Array.from({ length: Math.ceil(to) - first }, (_, k) => {
      const [low, high] = [Math.max(from, first + k), Math.min(to, first + k + 1)];
      return [first + k, (high - low) / ratio] as const;
    });
  });
  const out = new Float64Array(cropSide * cropSide * 3);
  for (let r = 0; r < cropSide; r++) {
    for (let c = 0; c < cropSide; c++) {
      for (const [y, wy] of shares[r]!) {
        for (const [x, wx] of shares[c]!) {
          for (let k = 0; k < 3; k++)
            out[(r * cropSide + c) * 3 + k]! += wy * wx * crop[(y * arcfaceSide + x) * 3 + k]!;
        }
      }
    }
  }
  return out;
}

/**
 * @param crop [64][64][3], RGB from 0 to 255. @returns [96][256]: tap after tap, positions row by row.
 */
export function frontEnd(crop: ArrayLike<number>): Float64Array {
  const count = cropSide * cropSide;
  const luma = new Float64Array(count);
  const blue = new Float64Array(half * half);
  const red = new Float64Array(half * half);
  for (let at = 0; at < count; at++) {
    const [r, g, b] = [crop[3 * at]!, crop[3 * at + 1]!, crop[3 * at + 2]!];
    const y = 0.299 * r + 0.587 * g + 0.114 * b;
    luma[at] = y;
    const quarter = (at >> 7) * half + ((at % cropSide) >> 1);
    blue[quarter]! += (0.564 * (b - y)) / 4;
    red[quarter]! += (0.713 * (r - y)) / 4;
  }
  const middle = mean(luma);
  const variance = mean(luma.map((y) => (y - middle) ** 2));
  const deviation = Math.max(Math.sqrt(variance), smallestDeviation);
  for (const plane of [luma, blue, red]) standardise(plane, deviation);

  const out = new Float64Array(taps * positions);
  const gather = (from: Float64Array, side: number, size: number, start: number) => {
    const stride = side / rowPositions;
    for (let p = 0; p < positions; p++) {
      const [top, left] = [Math.floor(p / rowPositions) * stride, (p % rowPositions) * stride];
      for (let t = 0; t < size * size; t++) {
        const [y, x] = [(top + Math.floor(t / size)) % side, (left + (t % size)) % side];
        out[(start + t) * positions + p] = from[y * side + x]!;
      }
    }
  };
  gather(luma, cropSide, 8, 0);
  gather(blue, half, 4, 64);
  gather(red, half, 4, 80);
  return out;
}

/** In place: minus the mean, over the deviation of the luma, clamped. */
function standardise(plane: Float64Array, deviation: number): void {
  const middle = mean(plane);
  for (let i = 0; i < plane.length; i++) {
    plane[i] = Math.min(clamp, Math.max(-clamp, (plane[i]! - middle) / deviation));
  }
}

function mean(xs: Float64Array): number {
  return xs.reduce((sum, x) => sum + x, 0) / xs.length;
}
