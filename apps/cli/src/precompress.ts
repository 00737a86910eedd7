/**
 * Brotli files beside those that are named by their content: the server sends them to browsers that take them. What
 * keeps its name and changes (`index.html`, `manifest.json`) is small and left alone, so no copy can be out of date.
 * @module
 */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const compress = promisify(brotliCompress);

/** `embedder-27e9fe4f11b36022.onnx`, and what the bundler puts into `assets`: `main-B3xk9Q2a.js`. */
const namedByContent = /-[\w-]{8,}\.(onnx|wasm|bin|js|mjs|css|svg)$/;

/** Level 9 takes two seconds for all models; 11 takes a minute to save another tenth. */
const level = 9;

/**
 * Makes the missing ones. A folder that cannot be written to stays as it is: the server then sends the files as they are.
 * @param directory read without its subdirectories; absent is empty.
 */
export async function precompress(directory: string): Promise<void> {
  const names = await readdir(directory).catch((): string[] => []);
  const have = new Set(names);
  for (const name of names) {
    if (!namedByContent.test(name) || have.has(`${name}.br`)) continue;
    const bytes = await readFile(join(directory, name));
    const smaller = await compress(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: level,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    });
    // Never visible half written: a server may be reading the folder.
    const target = join(directory, `${name}.br`);
    try {
      await writeFile(`${target}.part`, smaller);
    } catch {
      return;
    }
    await rename(`${target}.part`, target);
  }
}
