/** Where model files come from: the network once, then Cache Storage, whose word is never taken. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { modelFolder } from '../src/browser/fetch-models.ts';

const origin = 'https://id.example';
const file = 'embedder-0123456789abcdef.onnx';
const bytes = Uint8Array.of(1, 2, 3, 4);

/** What the two stores of a browser do, as far as they are asked. */
class MemoryCache {
  readonly entries = new Map<string, Uint8Array<ArrayBuffer>>();
  async match(url: URL) {
    const kept = this.entries.get(url.href);
    return kept && new Response(kept);
  }
  async put(url: URL, response: Response) {
    this.entries.set(url.href, new Uint8Array(await response.arrayBuffer()));
  }
  keys = async () => [...this.entries.keys()].map((url) => ({ url }));
  delete = async ({ url }: { url: string }) => this.entries.delete(url);
}

let cache: MemoryCache;
let asked: [url: string, cache: RequestCache | undefined][];
beforeEach(() => {
  [cache, asked] = [new MemoryCache(), []];
  vi.stubGlobal('self', { location: { origin, href: `${origin}/worker.js` } });
  vi.stubGlobal('caches', {
    open: async () => cache,
    delete: async () => cache.entries.clear(),
  });
  vi.stubGlobal('fetch', async (url: URL, init: RequestInit) => {
    asked.push([url.pathname, init.cache]);
    return new Response(bytes);
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('a folder of models', () => {
  it('is fetched once; the manifest every time', async () => {
    for (let load = 0; load < 2; load++) {
      const { read } = modelFolder('/models/');
      expect([...(await read(file, 4))]).toEqual([...bytes]);
      await read('manifest.json', 4);
    }
    expect(asked).toEqual([
      [`/models/${file}`, 'no-store'],
      ['/models/manifest.json', 'no-cache'],
      ['/models/manifest.json', 'no-cache'],
    ]);
  });

  it('hands on whatever was kept, for the reader to hash, and no more than was allowed', async () => {
    cache.entries.set(`${origin}/models/${file}`, Uint8Array.of(9, 9, 9, 9, 9, 9));
    expect((await modelFolder('/models').read(file, 4)).length).toBeGreaterThan(4);
    expect(asked).toEqual([]);
  });

  it('forgets what the manifest no longer names, or everything', async () => {
    const folder = modelFolder('/models');
    for (const name of ['old.onnx', file]) await folder.read(name, 4);
    await folder.keepOnly([file]);
    expect([...cache.entries.keys()]).toEqual([`${origin}/models/${file}`]);
    await folder.forget();
    expect(cache.entries.size).toBe(0);
  });

  it('does without a store that is forbidden or full', async () => {
    cache.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    expect([...(await modelFolder('/models').read(file, 4))]).toEqual([...bytes]);
    vi.stubGlobal('caches', { open: () => Promise.reject(new DOMException('no', 'SecurityError')) });
    const folder = modelFolder('/models');
    expect([...(await folder.read(file, 4))]).toEqual([...bytes]);
    await folder.keepOnly([]);
    await folder.forget();
  });

  it('is of this origin, and answers with 200', async () => {
    expect(() => modelFolder('https://cdn.example/models')).toThrow(
      expect.objectContaining({ code: 'model-unavailable' }),
    );
    vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
    await expect(modelFolder('/models').read(file, 4)).rejects.toMatchObject({ code: 'model-unavailable' });
  });
});
