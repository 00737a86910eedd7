/**
 * An embedder that the project does not ship: what to do with it is committed as `calibration/PROFILE.json`
 * (hash, preprocessing, golden vectors, map), with its thresholds beside it; the file itself is fetched by the operator.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { FaceError } from '../core/errors.ts';
import type { ManifestFile, NetSpec } from '../models/manifest.ts';
import { sha256Hex } from '../models/sha256.ts';
import type { ProfileContent } from './build.ts';

export interface PlugIn {
  /** Name of the description: `strong`. */
  readonly profile: string;
  /** Path of the ONNX file. */
  readonly file: string;
}

/** The committed description. */
export interface PlugInDescription extends ProfileContent {
  readonly embedder: {
    readonly sha256: string;
    readonly licence: string;
    readonly source: ManifestFile['source'];
    readonly spec: NetSpec;
  };
}

/** @throws {FaceError} `source-missing`; `model-hash` when the file is not the one that was measured. */
export async function readPlugIn(
  { profile, file }: PlugIn,
  folder: URL,
): Promise<{
  content: ProfileContent;
  spec: NetSpec;
  bytes: Uint8Array<ArrayBuffer>;
  origin: { licence: string; source: ManifestFile['source'] };
}> {
  const missing = (cause: unknown): never => {
    throw new FaceError('source-missing', { cause, details: { profile } });
  };
  const text = await readFile(new URL(`${profile}.json`, folder), 'utf8').catch(missing);
  const { embedder, ...content } = JSON.parse(text) as PlugInDescription;
  const bytes = new Uint8Array(await readFile(file).catch(missing));
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== embedder.sha256) throw new FaceError('model-hash', { details: { profile, sha256 } });
  const { licence, source, spec } = embedder;
  return { content, spec, bytes, origin: { licence, source } };
}
