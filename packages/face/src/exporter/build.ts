/**
 * `@blindsight/face/models/build` (Node, development): converts the networks that ship inside npm packages
 * into the files the product serves. The same packages and calibration give the same bytes.
 * @module
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMap } from '../core/embedding-map.ts';
import { FaceError } from '../core/errors.ts';
import { type CalibrationFile, parseCalibration } from '../models/calibration.ts';
import { decodeCohort, encodeCohort } from '../models/cohort.ts';
import {
  encodeManifest,
  type ManifestFile,
  type ModelManifest,
  type NetSpec,
  type Role,
} from '../models/manifest.ts';
import { sha256Hex } from '../models/sha256.ts';
import { installedPackage } from './installed-package.ts';
import { type PlugIn, readPlugIn } from './plug-in.ts';
import { type NetRole, netSources, runtimeSource } from './sources.ts';

export interface BuildOptions {
  readonly onProgress?: (step: { readonly file: string; readonly bytes: number }) => void;
  /** Another embedder than the one that npm ships: a file the operator fetched. */
  readonly plugIn?: PlugIn;
  /** Path of another calibration than the committed one, as `cli calibrate` writes it. */
  readonly calibration?: string;
}

/** `calibration/PROFILE.json`: what is decided, not measured. */
export type ProfileContent = Pick<
  ModelManifest,
  'version' | 'created' | 'profile' | 'embedding' | 'researchOnly'
>;

const calibrationFolder = new URL('../../calibration/', import.meta.url);

/**
 * Writes the model files and `manifest.json` to `outDir`; takes about a second. The manifest is written
 * last and by renaming, so a reader never sees one whose files are not there yet.
 *
 * @throws {FaceError} `source-missing`, `export-unsupported`, `manifest-malformed`, `model-hash` for another plug-in,
 * `calibration-malformed`, `calibration-foreign`
 */
export async function buildModels(
  outDir: string,
  { onProgress, plugIn, calibration: chosen }: BuildOptions = {},
): Promise<{ manifest: ModelManifest; manifestHash: string }> {
  await mkdir(outDir, { recursive: true });
  const brought = plugIn && (await readPlugIn(plugIn, calibrationFolder));
  const content = brought?.content ?? ((await readJson('default.json')) as ProfileContent);
  const golden = (await readJson('golden.json')) as Readonly<Record<NetRole, NetSpec['golden']>>;
  const measured = await readCalibration(chosen, content.profile);
  const { calibration } = measured;

  const files: ManifestFile[] = [];
  const add = async (
    role: Role,
    extension: string,
    bytes: Uint8Array<ArrayBuffer>,
    from: { licence: string; source: ManifestFile['source'] },
  ): Promise<string> => {
    const sha256 = await sha256Hex(bytes);
    const name = `${role}-${sha256.slice(0, 16)}.${extension}`;
    await writeWhole(outDir, name, bytes);
    files.push({ name, role, sha256, bytes: bytes.length, ...from });
    onProgress?.({ file: name, bytes: bytes.length });
    return name;
  };

  await add('runtime', 'wasm', runtimeSource.read(), origin(runtimeSource));
  for (const role of ['detector', 'landmarks', 'embedder'] as const) {
    if (role === 'embedder' && brought) await add(role, 'onnx', brought.bytes, brought.origin);
    else await add(role, 'onnx', netSources[role].convert(), origin(netSources[role]));
  }
  let mapName: string | null = null;
  let map: Uint8Array<ArrayBuffer> | undefined;
  const own = (file: string, licence: string) => ({
    licence,
    source: { package: '@blindsight/face', version: String(content.version), file: `calibration/${file}` },
  });
  if (content.embedding.map !== 'identity') {
    map = await readOwn('map.bin');
    mapName = await add(
      'map',
      'bin',
      map,
      own('map.bin', 'research, non-commercial (fitted on research data sets)'),
    );
  }
  if (calibration.verifier.kind === 'logistic') {
    const name = `cohort-${content.profile}.bin`;
    const bytes = encodeCohort(await mappedCohort(content, map));
    await add('cohort', 'bin', bytes, own(name, 'Apache-2.0 (rendered people, none of them real)'));
  }
  const hashOf = (role: Role): string | null => files.find((file) => file.role === role)?.sha256 ?? null;
  if (hashOf('embedder') !== measured.embedder || hashOf('map') !== measured.map)
    throw new FaceError('calibration-foreign', { details: { profile: content.profile } });

  const manifest: ModelManifest = {
    format: 'blindsight/models',
    schema: 2,
    ...content,
    calibration,
    files,
    detector: { ...netSources.detector.spec, golden: golden.detector },
    landmarks: { ...netSources.landmarks.spec, golden: golden.landmarks },
    embedder: brought?.spec ?? { ...netSources.embedder.spec, golden: golden.embedder },
    embedding: { ...content.embedding, file: mapName },
  };
  const bytes = encodeManifest(manifest);
  await writeWhole(outDir, 'manifest.json', bytes);
  return { manifest, manifestHash: await sha256Hex(bytes) };
}

/**
 * The cohort of a profile in the space in which faces are compared: what a logistic verifier is trained against.
 * @param map bytes of the map's file; absent for `identity`.
 * @throws {FaceError} `source-missing` when the profile has none.
 */
export async function mappedCohort(
  { profile, embedding }: Pick<ModelManifest, 'profile' | 'embedding'>,
  map: Uint8Array | undefined,
): Promise<Float32Array[]> {
  const { apply } = readMap(embedding, map);
  return decodeCohort(await readOwn(`cohort-${profile}.bin`), embedding.networkDimensions).map(apply);
}

async function readCalibration(path: string | undefined, profile: string): Promise<CalibrationFile> {
  const committed = new URL(`${profile}-thresholds.json`, calibrationFolder);
  const source = await readFile(path ?? committed, 'utf8').catch((cause: unknown) => {
    throw new FaceError('source-missing', { cause, details: { calibration: profile } });
  });
  return parseCalibration(source);
}

async function readOwn(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(new URL(name, calibrationFolder)).catch((cause: unknown) => {
    throw new FaceError('source-missing', { cause, details: { file: name } });
  });
  return new Uint8Array(bytes);
}

async function readJson(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(name, calibrationFolder), 'utf8'));
}

function origin(source: { package: string; file: string; licence: string }): {
  licence: string;
  source: ManifestFile['source'];
} {
  const { name, version } = installedPackage(source.package);
  return { licence: source.licence, source: { package: name, version, file: source.file } };
}

/**
 * Under another name first: a build that is interrupted leaves no half file under a final name, and builds at the
 * same time, also in threads of one process, do not take each other's away.
 */
async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const partial = join(folder, `.${name}.${crypto.randomUUID()}`);
  await writeFile(partial, bytes);
  await rename(partial, join(folder, name));
}
