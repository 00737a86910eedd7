/**
 * `@blindsight/face/models/build` (Node, development): converts the networks that ship inside npm packages
 * into the files the product serves. The same packages and calibration give the same bytes.
 * @module
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeManifest, type ManifestFile, type ModelManifest, type Role } from '../models/manifest.ts';
import { sha256Hex } from '../models/sha256.ts';
import { installedPackage } from './installed-package.ts';
import { type PlugIn, readPlugIn } from './plug-in.ts';
import { type NetRole, netSources, runtimeSource } from './sources.ts';

export interface BuildOptions {
  readonly onProgress?: (step: { readonly file: string; readonly bytes: number }) => void;
  /** Another embedder than the one that npm ships: a file the operator fetched. */
  readonly plugIn?: PlugIn;
}

export type CalibratedContent = Pick<
  ModelManifest,
  'version' | 'created' | 'profile' | 'embedding' | 'calibration' | 'researchOnly'
>;

/** What was measured, not converted: committed beside the code and written by `tools/`. */
interface Calibrated {
  readonly content: CalibratedContent;
  readonly golden: Readonly<Record<NetRole, ModelManifest['detector']['golden']>>;
}

const calibrationFolder = new URL('../../calibration/', import.meta.url);

/**
 * Writes the model files and `manifest.json` to `outDir`; takes about a second. The manifest is written
 * last and by renaming, so a reader never sees one whose files are not there yet.
 *
 * @throws {FaceError} `source-missing`, `export-unsupported`, `manifest-malformed`, `model-hash` for another plug-in
 */
export async function buildModels(
  outDir: string,
  { onProgress, plugIn }: BuildOptions = {},
): Promise<{ manifest: ModelManifest; manifestHash: string }> {
  await mkdir(outDir, { recursive: true });
  const brought = plugIn && (await readPlugIn(plugIn, calibrationFolder));
  const calibrated = await readCalibrated();
  const content = brought?.content ?? calibrated.content;
  const { golden } = calibrated;

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
  if (content.embedding.map !== 'identity') {
    const bytes = new Uint8Array(await readFile(new URL('map.bin', calibrationFolder)));
    mapName = await add('map', 'bin', bytes, {
      licence: 'research, non-commercial (fitted on research data sets)',
      source: { package: '@blindsight/face', version: String(content.version), file: 'calibration/map.bin' },
    });
  }

  const manifest: ModelManifest = {
    format: 'blindsight/models',
    schema: 1,
    ...content,
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

async function readCalibrated(): Promise<Calibrated> {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(new URL(name, calibrationFolder), 'utf8'));
  return {
    content: (await read('default.json')) as Calibrated['content'],
    golden: (await read('golden.json')) as Calibrated['golden'],
  };
}

function origin(source: { package: string; file: string; licence: string }): {
  licence: string;
  source: ManifestFile['source'];
} {
  const { name, version } = installedPackage(source.package);
  return { licence: source.licence, source: { package: name, version, file: source.file } };
}

/** Under another name first: a build that is interrupted leaves no half file under a final name. */
async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const partial = join(folder, `.${name}.${process.pid}`);
  await writeFile(partial, bytes);
  await rename(partial, join(folder, name));
}
