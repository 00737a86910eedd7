import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { precompress } from '../src/precompress.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blindsight-precompress-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('compresses what is named by its content, once, and leaves what changes under its name', async () => {
  const text = 'export const face = 1;\n'.repeat(200);
  for (const name of ['main-B3xk9Q2a.js', 'index.html', 'manifest.json'])
    writeFileSync(join(folder, name), text);
  await precompress(folder);
  expect(readdirSync(folder).sort()).toEqual([
    'index.html',
    'main-B3xk9Q2a.js',
    'main-B3xk9Q2a.js.br',
    'manifest.json',
  ]);
  const small = readFileSync(join(folder, 'main-B3xk9Q2a.js.br'));
  expect(small.length).toBeLessThan(text.length / 10);
  expect(brotliDecompressSync(small).toString()).toBe(text);

  writeFileSync(join(folder, 'main-B3xk9Q2a.js.br'), 'kept');
  await precompress(folder);
  expect(readFileSync(join(folder, 'main-B3xk9Q2a.js.br'), 'utf8')).toBe('kept');
});

it('has nothing to do where there is no folder', async () => {
  await precompress(join(folder, 'absent'));
  expect(readdirSync(folder)).toEqual([]);
});
