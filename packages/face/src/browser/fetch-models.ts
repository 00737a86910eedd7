/**
 * Model files over HTTP, from our own origin only, never more than the manifest allows.
 * @module
 */
import { FaceError } from '../core/errors.ts';
import type { ReadFile } from '../models/verify.ts';

/** Of this origin; an entry is named like the file, by its content. */
const cacheName = 'blindsight-models';

export interface ModelFolder {
  /** @throws {FaceError} `model-unavailable`: no answer, a redirect, or another status than 200 */
  readonly read: ReadFile;
  /** After the models were verified: forgets what this manifest does not name. */
  keepOnly(names: readonly string[]): Promise<void>;
  /** After they were not: forgets everything, so that the next load asks the server again. */
  forget(): Promise<void>;
}

/**
 * The files come from Cache Storage when they were fetched before. It saves the network and nothing else: whoever can
 * write there is not trusted, the reader hashes every byte on every load.
 * @param base folder of `manifest.json`, for example `/models/`; must be on this origin
 */
export function modelFolder(base: string): ModelFolder {
  const folder = new URL(base.endsWith('/') ? base : `${base}/`, self.location.href);
  if (folder.origin !== self.location.origin) {
    throw new FaceError('model-unavailable', { details: { base, problem: 'another origin' } });
  }
  const open = openCache();
  return {
    async read(name, limit) {
      const url = new URL(name, folder);
      // The manifest keeps its name: it must be asked for.
      if (name === 'manifest.json') return download(url, limit, 'no-cache');
      const cache = await open;
      const kept = await cache?.match(url);
      if (kept?.body) return readAtMost(kept.body, limit);
      const bytes = await download(url, limit, 'no-store');
      // No room is no reason to fail.
      await cache?.put(url, new Response(bytes)).catch(() => undefined);
      return bytes;
    },
    async keepOnly(names) {
      const cache = await open;
      const wanted = new Set(names.map((name) => new URL(name, folder).href));
      for (const request of (await cache?.keys()) ?? []) {
        if (!wanted.has(request.url)) await cache!.delete(request);
      }
    },
    async forget() {
      if (await open) await caches.delete(cacheName);
    },
  };
}

/** Absent outside secure contexts and where a private window forbids storage. */
async function openCache(): Promise<Cache | undefined> {
  try {
    return await caches.open(cacheName);
  } catch {
    return undefined;
  }
}

async function download(url: URL, limit: number, cache: RequestCache): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, { mode: 'same-origin', redirect: 'error', cache });
  if (response.status !== 200 || !response.body) {
    const name = url.pathname.split('/').at(-1)!;
    throw new FaceError('model-unavailable', { details: { name, status: response.status } });
  }
  return readAtMost(response.body, limit);
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
