/**
 * Does the face answer the light of the screen, and soon enough? Correlation of face-minus-background colour with the
 * colours that were shown. (Tang et al., "Face Flashing", NDSS 2018, is the model; here only the mean colour.)
 *
 * What it shows: these frames were made while this code was on the screen. Not that a face made them: a printed
 * photograph answers light as well, and so does a program that watches the page.
 * @module
 */
import type { Box, RgbaFrame } from '../core/frame.ts';
import { livenessLimits as limits } from './limits.ts';
import { type LightColour, lightOf } from './step.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** One look at the light on a face. */
export interface LightSample {
  readonly at: number;
  /** Linear light of the face less that of the background, about -1..1. */
  readonly colour: Colour;
}

/** The screen showed `colour` from `from` to `to`, ms. */
export interface LightSlot {
  readonly from: number;
  readonly to: number;
  readonly colour: LightColour;
}

/** How the answer fits the code when the camera is `lagMs` behind. */
export interface LightFit {
  /** Mean over the channels of the correlation between code and answer, -1..1. */
  readonly correlation: number;
  readonly lagMs: number;
}

/** Every so many pixels of a row, and rows, are looked at. */
const stride = 4;
const linear = Float32Array.from({ length: 256 }, (_, value) => (value / 255) ** 2.2);

/**
 * Mean linear colour of the face, less that of what is beside and above the head.
 * @param box of the mesh: hairline to chin
 */
export function lightOnFace({ width, height, data }: RgbaFrame, box: Box): Colour {
  const face = { count: 0, sum: [0, 0, 0] };
  const behind = { count: 0, sum: [0, 0, 0] };
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  for (let y = 0; y < height; y += stride) {
    for (let x = 0; x < width; x += stride) {
      const [dx, dy] = [(x - cx) / box.width, (y - cy) / box.height];
      const inside = Math.abs(dx) < 0.35 && Math.abs(dy) < 0.35;
      // Below the chin are shoulders, which are lit too.
      const outside = (Math.abs(dx) > 1 || dy < -1) && dy < 0.4;
      if (!inside && !outside) continue;
      const part = inside ? face : behind;
      const p = 4 * (y * width + x);
      for (let c = 0; c < 3; c++) part.sum[c]! += linear[data[p + c]!]!;
      part.count++;
    }
  }
  const mean = (part: typeof face, c: number): number => part.sum[c]! / Math.max(1, part.count);
  return [mean(face, 0) - mean(behind, 0), mean(face, 1) - mean(behind, 1), mean(face, 2) - mean(behind, 2)];
}

/** Step of the search for the lag. Unit: ms. */
const lagStep = 25;

/** The best fit with a lag in [from, to]. */
export function bestFit(
  samples: readonly LightSample[],
  slots: readonly LightSlot[],
  from: number,
  to: number,
): LightFit {
  let best: LightFit = { correlation: -1, lagMs: from };
  for (let lagMs = from; lagMs <= to; lagMs += lagStep) {
    const correlation = correlate(samples, slots, lagMs);
    if (correlation > best.correlation) best = { correlation, lagMs };
  }
  return best;
}

/** Per channel over the slots' means, then the mean over the channels the code changes. -1 where nothing can be said. */
function correlate(samples: readonly LightSample[], slots: readonly LightSlot[], lagMs: number): number {
  const code: Colour[] = [];
  const answer: Colour[] = [];
  for (const { from, to, colour } of slots) {
    const inSlot = samples.filter(
      ({ at }) => at - lagMs >= from && at - lagMs <= to && at >= from + limits.light.settleMs,
    );
    if (inSlot.length === 0) continue;
    code.push(lightOf(colour));
    answer.push([0, 1, 2].map((c) => mean(inSlot.map((sample) => sample.colour[c]!))) as unknown as Colour);
  }
  if (code.length < Math.min(limits.light.leastSlots, slots.length)) return -1;
  const perChannel = [0, 1, 2].flatMap((c) => {
    const shown = code.map((colour) => colour[c]!);
    return shown.every((level) => level === shown[0])
      ? []
      : [
          correlation(
            shown,
            answer.map((a) => a[c]!),
          ),
        ];
  });
  return perChannel.length === 0 ? -1 : mean(perChannel);
}

/** Pearson's. 0 where one of the two does not change. The gain of the channel cancels. */
function correlation(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [i, value] of x.entries()) {
    xy += (value - mx) * (y[i]! - my);
    xx += (value - mx) ** 2;
    yy += (y[i]! - my) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
