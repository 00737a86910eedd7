/**
 * Model files over HTTP, from our own origin only, never more than the manifest allows.
 * @module
 */
import { FaceError } from '../core/errors.ts';
import type { ReadFile } from '../models/verify.ts';

/**
 * @param base folder of `manifest.json`, for example `/models/`; must be on this origin
 * @throws {FaceError} `model-unavailable` from the reads: no answer, a redirect, or another status than 200
 */
export function fetchFolder(base: string): ReadFile {
  const folder = new URL(base.endsWith('/') ? base : `${base}/`, self.location.href);
  if (folder.origin !== self.location.origin) {
    throw new FaceError('model-unavailable', { details: { base, problem: 'another origin' } });
  }
  return async (name, limit) => {
    const response = await fetch(new URL(name, folder), {
      mode: 'same-origin',
      redirect: 'error',
      // Files are named by their content and may come from the cache; the manifest must be asked for.
      cache: name === 'manifest.json' ? 'no-cache' : 'default',
    });
    if (response.status !== 200 || !response.body) {
      throw new FaceError('model-unavailable', { details: { name, status: response.status } });
    }
    return readAtMost(response.body, limit);
  };
}

/** Stops one byte after the limit: the caller sees a wrong length, not a full memory. */
async function readAtMost(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  while (length <= limit) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  if (length > limit) await reader.cancel();
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
