/**
 * How the pages are built: one document, hashed files under /assets/, nothing inline.
 *
 * The result must run under `script-src 'self' 'wasm-unsafe-eval'` and Trusted Types, so everything that makes
 * vite write code or data into the document or into a `blob:` URL is off.
 * @module
 */
import { fileURLToPath } from 'node:url';
import { withoutRuntimeFile } from '@blindsight/face/vite';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/',
  publicDir: 'public',
  appType: 'spa',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // The HPKE library asks Node for its crypto where there is no WebCrypto: never in a browser.
  resolve: { alias: [{ find: /^crypto$/, replacement: here('./src/worker/no-node-crypto.ts') }] },
  // The runtime's WebAssembly comes with the verified models, not from the build.
  worker: { format: 'es', plugins: () => [withoutRuntimeFile()] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // A data: URL would need `img-src data:` or worse; every asset is a file.
    assetsInlineLimit: 0,
    // The polyfill is an inline-style script that fetches by itself; current browsers do not need it.
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
});
