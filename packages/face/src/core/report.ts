/**
 * What the pipeline says about one frame. Nothing here allows a picture or an embedding to be rebuilt
 * beyond the landmarks; it may cross from the Worker to the page to draw hints.
 * @module
 */
import type { Box, Point } from './frame.ts';

/**
 * Why a frame is not used, in the words of ISO/IEC 29794-5 (quality components) turned into hints.
 * In the order in which they are checked: the first that applies is reported.
 */
export const gateCodes = [
  'no-face',
  'several-faces',
  'too-far', // face height below 0.35 of the frame, or eyes closer than 60 px
  'too-close', // face height above 0.85 of the frame
  'off-centre', // the face leaves the frame
  'too-dark',
  'too-bright',
  'over-exposed', // more than a tenth of the face is clipped
  'low-contrast',
  'blurred',
  'turn-less', // |yaw| or |pitch| above 15 degrees
] as const;

export type GateCode = (typeof gateCodes)[number];
export type Gate = 'ok' | GateCode;

/** The five points the alignment uses, named by where they lie in an unmirrored picture. */
export interface FivePoints {
  /** The eye on the left of the picture (the person's right eye): centre of the eye opening. */
  readonly leftEye: Point;
  readonly rightEye: Point;
  readonly noseTip: Point;
  readonly leftMouth: Point;
  readonly rightMouth: Point;
}

export interface Landmarks {
  readonly five: FivePoints;
  /** 468 facemesh points, shape [468, 3]: x, y in pixels of the frame, z in the same scale (smaller is nearer). */
  readonly mesh: Float32Array;
}

/** Head pose. Unit: degrees. All zero for a frontal face. */
export interface Pose {
  /** Positive when the nose points to the right of the picture. */
  readonly yaw: number;
  /** Positive when the nose points down. */
  readonly pitch: number;
  /** Positive when the head leans clockwise in the picture. */
  readonly roll: number;
}

/** Ratios that follow expression; calibrate them per ceremony, absolute values differ between people. */
export interface MeshMeasures {
  /** Eye aspect ratio, mean of both eyes; about 0.25 to 0.4 open, falls with a blink. */
  readonly eyeOpening: number;
  /** Horizontal over vertical gradients between the lids (`eyes.ts`); a third to a half of the open value when closed. */
  readonly eyeEdges: number;
  /** Mouth corner distance over inter-eye distance; grows by 15 % and more with a smile. */
  readonly mouthWidth: number;
  /** Inner lip gap over inter-eye distance. */
  readonly mouthOpening: number;
}

export interface Quality {
  /** Height of the face (forehead to chin of the mesh) over the height of the frame. */
  readonly faceHeight: number;
  /** Distance of the eye centres. Unit: pixels of the frame. */
  readonly interEyePx: number;
  /** Mean luma of the face crop, 0..255. */
  readonly luma: number;
  /** Standard deviation of luma over the face crop. */
  readonly contrast: number;
  /** Share of the face crop at the ends of the range (luma <= 2 or >= 253), 0..1. */
  readonly clipped: number;
  /** Variance of the Laplacian over the variance of luma, on the 112 px face crop. */
  readonly sharpness: number;
}

export interface FaceMeasures {
  readonly box: Box;
  /** Detector confidence, 0..1. It is not a quality: blurred and dark faces score 1 too. */
  readonly score: number;
  readonly landmarks: Landmarks;
  readonly pose: Pose;
  readonly quality: Quality;
  readonly measures: MeshMeasures;
}

export interface FrameReport {
  /** Number of faces that detector and mesh agree on. */
  readonly faces: number;
  /** The most prominent face; absent when there is none. */
  readonly face?: FaceMeasures;
  /** `ok`, or the first reason not to use the frame. */
  readonly gate: Gate;
}
