/**
 * ONNX Runtime Web behind the `Net` port: WebAssembly, one thread, no worker of its own, no fetch.
 * The WebAssembly bytes are handed over, because a runtime that loads its own parts would load them unchecked
 * (and a page with Trusted Types would refuse it).
 * @module
 */
import * as ort from 'onnxruntime-web/wasm';
import type { LoadNet } from './engine.ts';
import { FaceError } from './errors.ts';

/** @param wasm the verified bytes of `ort-wasm-simd-threaded.wasm`; the first call decides for the process */
export function ortLoader(wasm: Uint8Array<ArrayBuffer>): LoadNet {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.wasm.wasmBinary ??= wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength);
  ort.env.logLevel = 'error';

  return async (bytes, spec) => {
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
      // Weights are delivered in 8 bits and widened once, at load; otherwise at every run.
      extra: { session: { disable_quant_qdq: '1' } },
    });
    const missing = spec.outputs.find(({ name }) => !session.outputNames.includes(name));
    if (missing || !session.inputNames.includes(spec.input)) {
      throw new FaceError('model-load', { details: { tensor: missing?.name ?? spec.input } });
    }
    const shape = [1, 3, spec.size, spec.size];
    return {
      spec,
      async run(planes) {
        const input = new ort.Tensor('float32', planes, shape);
        const results = await session.run({ [spec.input]: input });
        return spec.outputs.map(({ name }) => results[name]!.data as Float32Array);
      },
      close: () => session.release(),
    };
  };
}
