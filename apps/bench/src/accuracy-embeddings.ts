/**
 * Embeddings of the research pictures beside the repository, computed once by the product's own engine and kept
 * under `.cache/accuracy/`. Never committed: they are biometric data of real people.
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelManifest } from '@blindsight/face/models';
import { createFaceEngine, decodeJpeg } from '@blindsight/face/node';

export interface EmbeddingCache {
  /** After the manifest's map, unit length; undefined where the pipeline finds no face. */
  get(file: string): Float32Array | undefined;
}

/** Written after so many new pictures, so that an interrupted run resumes. */
const batch = 200;

/**
 * The embedding of every picture: the most prominent face, through detector, landmarks, chip, network and map.
 * About 0.1 s of one core for each picture that is not cached.
 * @param models folder that `buildModels` filled.
 * @param files paths below `pictures`.
 */
export async function embedPictures(
  models: string,
  pictures: string,
  files: readonly string[],
  cacheFolder: string,
  progress: (line: string) => void,
): Promise<EmbeddingCache> {
  const opened = await createFaceEngine(models);
  const { engine } = opened;
  const { manifest } = opened.models;
  mkdirSync(cacheFolder, { recursive: true });
  const path = join(cacheFolder, `${manifest.profile}-${embeddingKey(manifest)}.json`);
  const known = readCache(path);

  const missing = files.filter((file) => !(file in known));
  for (const [i, file] of missing.entries()) {
    const frame = decodeJpeg(readFileSync(join(pictures, file)));
    const { face } = await engine.analyze(frame);
    known[file] = face ? encode(await engine.embed(frame, face.landmarks)) : null;
    if ((i + 1) % batch === 0 || i + 1 === missing.length) {
      writeCache(path, known);
      progress(`accuracy: ${manifest.profile}: ${i + 1} of ${missing.length} pictures embedded`);
    }
  }
  await engine.close();
  return {
    get(file) {
      const text = known[file];
      return text ? decode(text) : undefined;
    },
  };
}

/** What decides an embedding, and nothing else: other thresholds in a manifest leave the cache as it is. */
function embeddingKey({ detector, landmarks, embedder, embedding, files }: ModelManifest): string {
  const hashes = files.filter(({ role }) => role !== 'runtime').map(({ sha256 }) => sha256);
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
