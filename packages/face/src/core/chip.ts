/**
 * The 150 px chip the recognition network was trained on: five points brought to dlib's mean face.
 * @see dlib, `get_face_chip_details` (image_processing/render_face_detections.h); padding 0.25 of the face
 * @module
 */
import type { Point, RgbaFrame } from './frame.ts';
import { fitSimilarity, type Similarity } from './geometry.ts';
import type { FivePoints } from './report.ts';
import { cutSquare } from './warp.ts';

const padding = 0.25;

/** dlib's mean face, in units of the face: the eyes are the means of its six points each. */
const meanFace: readonly Point[] = [
  { x: 0.225492, y: 0.21599 },
  { x: 0.754761, y: 0.21599 },
  { x: 0.490127, y: 0.515625 },
  { x: 0.254149, y: 0.780233 },
  { x: 0.726104, y: 0.780233 },
];

/** Where the five points lie in a chip of `size` pixels. */
export function chipTemplate(size: number): Point[] {
  const place = (value: number) => ((padding + value) / (2 * padding + 1)) * size;
  return meanFace.map(({ x, y }) => ({ x: place(x), y: place(y) }));
}

/**
 * From chip pixels to frame pixels.
 * @throws {FaceError} `bad-landmarks` when the five points coincide or are not finite.
 */
export function chipToFrame(five: FivePoints, size: number): Similarity {
  return fitSimilarity(chipTemplate(size), listFive(five));
}

/** The chip as planes R G B, 0..255, shape [3, size, size]. @throws {FaceError} `bad-landmarks` */
export function cutChip(
  frame: RgbaFrame,
  five: FivePoints,
  size: number,
  scratch?: Float32Array,
): Float32Array {
  return cutSquare(frame, chipToFrame(five, size), size, scratch);
}

/** In the order of the template. */
export function listFive({ leftEye, rightEye, noseTip, leftMouth, rightMouth }: FivePoints): Point[] {
  return [leftEye, rightEye, noseTip, leftMouth, rightMouth];
}
