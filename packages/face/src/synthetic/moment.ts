/**
 * What changes from frame to frame: pose, expression, place, light, camera.
 * @module
 */
import type { Rgb } from './person.ts';

export interface Moment {
  /** Degrees, with the signs of `Pose` in the face pipeline. */
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  /** Where the eyes are from the middle of the picture, right and up. Unit: centimetres. */
  readonly x: number;
  readonly y: number;
  /** Eyes to camera. Unit: centimetres. */
  readonly distance: number;
  /** 0 open .. 1 closed. */
  readonly blink: number;
  /** 0 neutral .. 1 broad. */
  readonly smile: number;
  /** Gap between the lips. Unit: centimetres. */
  readonly open: number;
  /** Light from everywhere, as linear red, green, blue. */
  readonly ambient: Rgb;
  /** A lamp or a window; `from` is the direction to it: right, up, towards the camera. */
  readonly lamp: { readonly from: readonly [number, number, number]; readonly colour: Rgb };
  /** What the screen below the camera shines, at 45 cm; falls with the square of the distance. */
  readonly screen: Rgb;
  readonly exposure: number;
  /** Deviation of the camera's noise in a mid-grey. Unit: levels of 255. */
  readonly noise: number;
  /** Lens blur. Unit: pixels. */
  readonly blur: number;
  /** Frame number: decides the noise and nothing else. */
  readonly frame: number;
}

/** A person who sits at a laptop in an evenly lit room. */
export const atRest: Moment = {
  yaw: 0,
  pitch: 0,
  roll: 0,
  x: 0,
  y: 1,
  distance: 46,
  blink: 0,
  smile: 0,
  open: 0,
  ambient: [0.26, 0.26, 0.27],
  lamp: { from: [0.6, 0.55, 0.65], colour: [1.05, 1.0, 0.95] },
  screen: [0.08, 0.08, 0.09],
  exposure: 1,
  noise: 2,
  blur: 0.6,
  frame: 0,
};
