/**
 * The engine inside a Worker of the page.
 * @module
 */
import { createEngine } from '../core/engine.ts';
import type { FaceEngine } from '../core/face-engine.ts';
import { ortLoader } from '../core/ort.ts';
import { type VerifiedModels, type VerifyOptions, verifyManifest } from '../models/verify.ts';
import { fetchFolder } from './fetch-models.ts';

/**
 * Fetches the models from `base`, checks every length, hash and golden vector, and only then gives an engine.
 * About 22 MB cold; the files are immutable and come from the browser's cache afterwards.
 *
 * @throws {FaceError} `manifest-unavailable`, `manifest-malformed`, `model-unavailable`, `model-length`,
 *   `model-hash`, `model-load`, `golden-mismatch`; all of them mean: do not start the camera.
 */
export async function createFaceEngine(
  base: string,
  options: VerifyOptions = {},
): Promise<{ engine: FaceEngine; models: VerifiedModels }> {
  const models = await verifyManifest(fetchFolder(base), options);
  const engine = await createEngine(models, ortLoader(models.files.get('runtime')!));
  return { engine, models };
}
