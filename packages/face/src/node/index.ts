/**
 * `@blindsight/face/node`: the same engine with models from a folder. For tests, benchmarks and calibration;
 * the server never imports it.
 * @module
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { createEngine } from '../core/engine.ts';
import type { FaceEngine } from '../core/face-engine.ts';
import type { RgbaFrame } from '../core/frame.ts';
import { ortLoader } from '../core/ort.ts';
import { type ReadFile, type VerifiedModels, type VerifyOptions, verifyManifest } from '../models/verify.ts';

export * from '../core/index.ts';

/** The folder `buildModels` filled. @throws {FaceError} as `verifyManifest`, then `model-load`, `golden-mismatch` */
export async function createFaceEngine(
  folder: string,
  options: VerifyOptions = {},
): Promise<{ engine: FaceEngine; models: VerifiedModels }> {
  const models = await verifyManifest(readFolder(folder), options);
  const engine = await createEngine(models, ortLoader(models.files.get('runtime')!));
  return { engine, models };
}

/** Reads at most one byte more than allowed, so that a file that grew is refused by its length. */
export function readFolder(folder: string): ReadFile {
  return async (name, limit) => {
    const file = await open(join(folder, name));
    try {
      const { size } = await file.stat();
      const bytes = new Uint8Array(Math.min(size, limit + 1));
      await file.read(bytes, 0, bytes.length, 0);
      return bytes;
    } finally {
      await file.close();
    }
  };
}

/** A JPEG file as a frame. Development only: the decoder is plain JavaScript, about 20 ms for 250 x 250. */
export function decodeJpeg(bytes: Uint8Array): RgbaFrame {
  return jpeg.decode(bytes, { useTArray: true, formatAsRGBA: true, maxMemoryUsageInMB: 512 });
}

/** @param quality 1..100 */
export function encodeJpeg({ width, height, data }: RgbaFrame, quality = 92): Uint8Array {
  return jpeg.encode({ width, height, data }, quality).data;
}
