/**
 * The engine inside a Worker of the page.
 * @module
 */
import { createEngine } from '../core/engine.ts';
import { FaceError } from '../core/errors.ts';
import type { FaceEngine } from '../core/face-engine.ts';
import { ortLoader } from '../core/ort.ts';
import { type VerifiedModels, type VerifyOptions, verifyManifest } from '../models/verify.ts';
import { modelFolder } from './fetch-models.ts';

/**
 * Fetches the models from `base`, checks every length, hash and golden vector, and only then gives an engine.
 * About 8 MB cold where the server sends Brotli (22 MB as they are); nothing but the manifest afterwards.
 *
 * @throws {FaceError} `manifest-unavailable`, `manifest-malformed`, `model-unavailable`, `model-length`,
 *   `model-hash`, `model-load`, `golden-mismatch`; all of them mean: do not start the camera.
 */
export async function createFaceEngine(
  base: string,
  options: VerifyOptions = {},
): Promise<{ engine: FaceEngine; models: VerifiedModels }> {
  const folder = modelFolder(base);
  const models = await verifyManifest(folder.read, options).catch(async (error: unknown) => {
    // Not when the server was out of reach: what is kept is good then.
    if (error instanceof FaceError && ['model-length', 'model-hash'].includes(error.code))
      await folder.forget();
    throw error;
  });
  await folder.keepOnly(models.manifest.files.map(({ name }) => name));
  const engine = await createEngine(models, ortLoader(models.files.get('runtime')!));
  return { engine, models };
}
