/**
 * From a place that serves files to bytes that are what the manifest says. Fails closed: the first
 * difference throws, nothing is returned in part, nothing is fetched from anywhere else.
 * @module
 */
import { FaceError } from '../core/errors.ts';
import {
  type ManifestFile,
  type ModelManifest,
  maxManifestBytes,
  parseManifest,
  type Role,
} from './manifest.ts';
import { sha256Hex } from './sha256.ts';

/** Reads one file by its plain name, at most `limit` bytes. Rejects when it cannot. */
export type ReadFile = (name: string, limit: number) => Promise<Uint8Array<ArrayBuffer>>;

export interface VerifiedModels {
  readonly manifest: ModelManifest;
  /** SHA-256 of the manifest, 64 lower-case hex digits. */
  readonly manifestHash: string;
  readonly files: ReadonlyMap<Role, Uint8Array<ArrayBuffer>>;
}

export interface VerifyOptions {
  /** The manifest hash to insist on (from the signed challenge); without it any valid manifest passes. */
  readonly expectedHash?: string;
  /** Called after each verified file. */
  readonly onProgress?: (done: { readonly bytes: number; readonly total: number }) => void;
}

/**
 * Reads `manifest.json` and every file it names, and checks lengths and hashes.
 * @throws {FaceError} `manifest-unavailable`, `manifest-malformed`, `model-unavailable`, `model-length`, `model-hash`
 */
export async function verifyManifest(read: ReadFile, options: VerifyOptions = {}): Promise<VerifiedModels> {
  const bytes = await read('manifest.json', maxManifestBytes).catch((cause: unknown) => {
    throw new FaceError('manifest-unavailable', { cause });
  });
  const manifest = parseManifest(bytes);
  const manifestHash = await sha256Hex(bytes);
  if (options.expectedHash !== undefined && options.expectedHash !== manifestHash) {
    throw new FaceError('manifest-malformed', {
      details: { problem: 'not the expected manifest', manifestHash },
    });
  }

  const total = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const files = new Map<Role, Uint8Array<ArrayBuffer>>();
  let done = 0;
  await Promise.all(
    manifest.files.map(async (file) => {
      files.set(file.role, await readVerified(read, file));
      done += file.bytes;
      options.onProgress?.({ bytes: done, total });
    }),
  );
  return { manifest, manifestHash, files };
}

async function readVerified(read: ReadFile, file: ManifestFile): Promise<Uint8Array<ArrayBuffer>> {
  const details = { file: file.name };
  const bytes = await read(file.name, file.bytes).catch((cause: unknown) => {
    throw new FaceError(cause instanceof FaceError ? cause.code : 'model-unavailable', { cause, details });
  });
  if (bytes.length !== file.bytes)
    throw new FaceError('model-length', { details: { ...details, bytes: bytes.length } });
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== file.sha256) throw new FaceError('model-hash', { details: { ...details, sha256 } });
  return bytes;
}
