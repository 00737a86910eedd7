/**
 * The port to the inference runtime: planes in, named outputs out.
 * @module
 */
import type { NetSpec } from '../models/manifest.ts';

/** One loaded network. */
export interface Net {
  readonly spec: NetSpec;
  /** @param planes float32 [3, size, size], already scaled as `spec` says. Outputs in the order of `spec.outputs`. */
  run(planes: Float32Array): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}
