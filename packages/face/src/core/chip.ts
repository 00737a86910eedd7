/**
 * The chip a recognition network was trained on: five points brought to a mean face. The manifest names the rule.
 * - `dlib-chip`: dlib, `get_face_chip_details` (image_processing/render_face_detections.h), padding 0.25 of the face
 * - `arcface-chip`: the five points of InsightFace (`arcface_dst` of face_align.py), drawn for 112 px
 * @module
 */
import type { NetSpec } from '../models/manifest.ts';
import { FaceError } from './errors.ts';
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

/** Unit: pixels of a chip of 112 x 112. */
const arcFace: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];
const arcFaceSize = 112;

/**
 * Where the five points lie in a chip of `size` pixels.
 * @param rule the manifest's `crop` of the embedder.
 * @throws {FaceError} `manifest-malformed` when the rule does not cut chips.
 */
export function chipTemplate(size: number, rule: NetSpec['crop'] = 'dlib-chip'): Point[] {
  if (rule === 'arcface-chip') {
    const scale = size / arcFaceSize;
    return arcFace.map(({ x, y }) => ({ x: scale * x, y: scale * y }));
  }
  if (rule !== 'dlib-chip')
    throw new FaceError('manifest-malformed', { details: { problem: `crop ${rule}` } });
  const place = (value: number) => ((padding + value) / (2 * padding + 1)) * size;
  return meanFace.map(({ x, y }) => ({ x: place(x), y: place(y) }));
}

/**
 * From chip pixels to frame pixels.
 * @throws {FaceError} `bad-landmarks` when the five points coincide or are not finite.
 */
export function chipToFrame(five: FivePoints, size: number, rule?: NetSpec['crop']): Similarity {
  return fitSimilarity(chipTemplate(size, rule), listFive(five));
}

/** The chip as planes R G B, 0..255, shape [3, size, size]. @throws {FaceError} `bad-landmarks` */
export function cutChip(
  frame: RgbaFrame,
  five: FivePoints,
  size: number,
  scratch?: Float32Array,
  rule?: NetSpec['crop'],
): Float32Array {
  return cutSquare(frame, chipToFrame(five, size, rule), size, scratch);
}

/** In the order of the template. */
export function listFive({ leftEye, rightEye, noseTip, leftMouth, rightMouth }: FivePoints): Point[] {
  return [leftEye, rightEye, noseTip, leftMouth, rightMouth];
}
