/**
 * Platform-free part of `@blindsight/face`: the words, the capture session, the embedding arithmetic.
 * @module
 */
export { type CaptureOptions, CaptureSession, type CaptureState, defaultCapture } from './capture-session.ts';
export { cutChip } from './chip.ts';
export { cosine, meanEmbedding, normalise } from './embedding.ts';
export { FaceError, type FaceErrorCode } from './errors.ts';
export type { FaceEngine } from './face-engine.ts';
export type { Box, Point, RgbaFrame } from './frame.ts';
export { limits as qualityLimits } from './quality.ts';
export {
  type FaceMeasures,
  type FivePoints,
  type FrameReport,
  type Gate,
  type GateCode,
  gateCodes,
  type Landmarks,
  type MeshMeasures,
  type Pose,
  type Quality,
} from './report.ts';
