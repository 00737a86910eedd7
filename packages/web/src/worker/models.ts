/**
 * The verified models and the engine that runs them.
 * @module
 */
import type { FaceEngine } from '@blindsight/face';
import { createFaceEngine } from '@blindsight/face/browser';
import { decodeCohort, type ModelManifest } from '@blindsight/face/models';
import { logisticVerifier, meanVerifier, type Verifier } from '@blindsight/protocol/client';

export interface Models {
  readonly engine: FaceEngine;
  readonly manifest: ModelManifest;
  /** SHA-256 of the manifest, 64 lower-case hex digits. */
  readonly manifestHash: string;
  /** As the manifest chose it: what an enrolment and a renewal make of a capture. */
  readonly verifier: Verifier;
}

/** Where the provider serves the manifest and the files it names. */
const modelsUrl = '/models/';

/** About 8 MB the first time; afterwards from Cache Storage, checked again. */
export async function loadModels(onProgress: (done: number, total: number) => void): Promise<Models> {
  const { engine, models } = await createFaceEngine(modelsUrl, {
    onProgress: ({ bytes, total }) => onProgress(bytes, total),
  });
  const { manifest, manifestHash, files } = models;
  return { engine, manifest, manifestHash, verifier: chosenVerifier(manifest, files.get('cohort')) };
}

/** @param cohort bytes of its file; there exactly for `logistic`, which the manifest's parser saw to. */
export function chosenVerifier(
  { calibration, embedding }: ModelManifest,
  cohort: Uint8Array | undefined,
): Verifier {
  const { verifier } = calibration;
  if (verifier.kind === 'mean' || cohort === undefined) return meanVerifier;
  return logisticVerifier(decodeCohort(cohort, embedding.dimensions), verifier);
}
