/**
 * The port between the capture code and the models behind it.
 * @module
 */
import type { RgbaFrame } from './frame.ts';
import type { FrameReport, Landmarks } from './report.ts';

/**
 * Detector, landmarks, gates and embedder behind two calls. The same code runs in a browser Worker and in
 * Node; only the way the model bytes arrive differs. Calls are queued: one inference at a time.
 */
export interface FaceEngine {
  /** SHA-256 of the canonical manifest, 64 lower-case hex digits. Goes into the ceremony transcript. */
  readonly manifestHash: string;
  /** Length of an embedding. */
  readonly dimensions: number;
  /**
   * Finds and measures the face. About 35 ms.
   * @throws {FaceError} `bad-frame`
   */
  analyze(frame: RgbaFrame): Promise<FrameReport>;
  /**
   * The embedding of one aligned face, after the manifest's embedding map: unit length, `dimensions` floats.
   * It is biometric data: keep it on the device, and wipe it (`fill(0)`) after use. About 30 ms.
   * @throws {FaceError} `bad-frame`, `bad-landmarks`
   */
  embed(frame: RgbaFrame, landmarks: Landmarks): Promise<Float32Array>;
  /** Frees the models. The engine cannot be used afterwards. */
  close(): Promise<void>;
}
