/**
 * The verified models and the engine that runs them.
 * @module
 */
import type { FaceEngine } from '@blindsight/face';
import { createFaceEngine } from '@blindsight/face/browser';
import type { ModelManifest } from '@blindsight/face/models';

export interface Models {
  readonly engine: FaceEngine;
  readonly manifest: ModelManifest;
  /** SHA-256 of the manifest, 64 lower-case hex digits. */
  readonly manifestHash: string;
}

/** Where the provider serves the manifest and the files it names. */
const modelsUrl = '/models/';

/** About 22 MB the first time; afterwards from the browser's cache, checked again. */
export async function loadModels(onProgress: (done: number, total: number) => void): Promise<Models> {
  const { engine, models } = await createFaceEngine(modelsUrl, {
    onProgress: ({ bytes, total }) => onProgress(bytes, total),
  });
  return { engine, manifest: models.manifest, manifestHash: models.manifestHash };
}
