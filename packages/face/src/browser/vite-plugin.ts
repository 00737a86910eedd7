/**
 * For bundlers of the vite family. ONNX Runtime names its WebAssembly file relative to itself, so a bundler
 * would copy those 14 MB into the build although we hand the runtime verified bytes and it never asks.
 * @module
 */

/** Leaves the runtime's own WebAssembly file out of a build. Add it to `plugins` and to `worker.plugins`. */
export function withoutRuntimeFile(): {
  name: string;
  enforce: 'pre';
  transform(code: string, id: string): string | undefined;
} {
  return {
    name: 'blindsight-without-runtime-file',
    enforce: 'pre',
    transform(code, id) {
      if (!/onnxruntime-web.*\.mjs/.test(id)) return undefined;
      return code.replaceAll(
        'new URL("ort-wasm-simd-threaded.wasm",import.meta.url)',
        'new URL("about:blank")',
      );
    },
  };
}
