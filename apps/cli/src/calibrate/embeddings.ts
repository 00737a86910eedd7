/**
 * Embeddings of pictures on disk, by the product's own engine. They are biometric data of real people: nothing is
 * written unless a folder for it is named (the benchmark's `.cache/`, which git ignores).
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaceEngine, RgbaFrame } from '@blindsight/face';
import type { ModelManifest } from '@blindsight/face/models';
import { createFaceEngine, decodeJpeg } from '@blindsight/face/node';

export interface EmbedOptions {
  /** Folder that `models build` filled. */
  readonly models: string;
  readonly pictures: string;
  /** Paths below `pictures`, JPEG. */
  readonly files: readonly string[];
  /** Where embeddings are remembered; without it they are computed anew. */
  readonly cacheFolder?: string;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Embeddings {
  /** After the manifest's map, unit length; undefined where no face is found or the file is no JPEG. */
  get(file: string): Float32Array | undefined;
}

/** Progress is said, and the cache written, after so many new pictures. */
const batch = 200;

/**
 * The embedding of every picture: the most prominent face, through detector, landmarks, chip, network and map.
 * About 0.1 s of one core for each picture that is not remembered.
 * @throws the signal's reason when it is aborted; what was done until then is remembered.
 */
export async function embedPictures(options: EmbedOptions): Promise<Embeddings> {
  const { models, pictures, files, cacheFolder, progress, signal } = options;
  const { engine, models: verified } = await createFaceEngine(models);
  const { manifest } = verified;
  const path = cacheFolder && join(cacheFolder, `${manifest.profile}-${embeddingKey(manifest)}.json`);
  if (cacheFolder) mkdirSync(cacheFolder, { recursive: true });
  const known = path ? readCache(path) : {};

  const missing = files.filter((file) => !(file in known));
  try {
    for (const [i, file] of missing.entries()) {
      signal?.throwIfAborted();
      known[file] = await embedOne(engine, join(pictures, file));
      if ((i + 1) % batch !== 0 && i + 1 !== missing.length) continue;
      if (path) writeCache(path, known);
      progress(`${manifest.profile}: ${i + 1} of ${missing.length} pictures embedded`);
    }
  } finally {
    await engine.close();
  }
  return {
    get(file) {
      const text = known[file];
      return text ? decode(text) : undefined;
    },
  };
}

async function embedOne(engine: FaceEngine, path: string): Promise<string | null> {
  const bytes = readFileSync(path);
  let frame: RgbaFrame;
  try {
    frame = decodeJpeg(bytes);
  } catch {
    return null;
  }
  const { face } = await engine.analyze(frame);
  return face ? encode(await engine.embed(frame, face.landmarks)) : null;
}

/** What decides an embedding, and nothing else: other thresholds in a manifest leave the cache as it is. */
function embeddingKey({ detector, landmarks, embedder, embedding, files }: ModelManifest): string {
  const hashes = files
    .filter(({ role }) => !['runtime', 'cohort'].includes(role))
    .map(({ sha256 }) => sha256);
  const content = JSON.stringify({ detector, landmarks, embedder, embedding, hashes });
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

type Cached = Record<string, string | null>;

function readCache(path: string): Cached {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Cached;
  } catch {
    return {};
  }
}

function writeCache(path: string, cached: Cached): void {
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(cached), { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
}

function encode(embedding: Float32Array): string {
  return Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength).toString('base64');
}

function decode(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}
