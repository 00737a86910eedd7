/**
 * From module bytes to functions: which of the two modules this engine can run, and an instance of it.
 *
 * Everything is synchronous and embedded, so the same code runs in Node, on a page's main thread and in a worker,
 * without `fetch`; the content security policy needs `'wasm-unsafe-eval'` and nothing else. The modules are small
 * enough for synchronous compilation on a main thread (Chromium's limit is 8 MB).
 * @module
 */
import { plain } from '../../generated/plain.ts';
import { relaxed } from '../../generated/relaxed.ts';
import { FheError } from '../errors.ts';

/** `relaxed`: fused multiply-add in hardware. `plain`: any engine with 128-bit SIMD; about five times slower. */
export type WasmForm = 'relaxed' | 'plain';

/** Addresses and counts are 32-bit integers; q is followed by 1/q. See `assembly/` for what each one promises. */
export interface WasmExports {
  probe(a: number, b: number, h: number): number;
  forward(out: number, x: number, n: number, roots: number, q: number, qi: number): void;
  inverse(out: number, x: number, n: number, roots: number, q: number, qi: number): void;
  forwardSmall(out: number, x: number, n: number, roots: number, q: number, qi: number): void;
  inverseSmall(out: number, x: number, n: number, roots: number, q: number, qi: number): void;
  add(out: number, a: number, b: number, n: number, q: number, qi: number): void;
  subtract(out: number, a: number, b: number, n: number, q: number, qi: number): void;
  multiply(out: number, a: number, b: number, n: number, q: number, qi: number): void;
  multiplyAdd(out: number, a: number, b: number, n: number, q: number, qi: number): void;
  scale(out: number, a: number, c: number, n: number, q: number, qi: number): void;
  subtractScale(
    out: number,
    a: number,
    b: number,
    c: number,
    plus: number,
    target: number,
    n: number,
    q: number,
    qi: number,
  ): void;
  balance(out: number, x: number, n: number, q: number, qi: number): void;
  canonical(out: number, x: number, n: number, q: number, qi: number): void;
  permute(out: number, x: number, target: number, n: number): void;
  wipe(x: number, n: number): void;
  innerProducts(
    outs: number,
    xs: number,
    ws: number,
    sums: number,
    terms: number,
    accumulate: number,
    n: number,
    q: number,
    qi: number,
  ): void;
  runProduct(
    out: number,
    xs: number,
    weights: number,
    terms: number,
    run: number,
    accumulate: number,
    n: number,
    q: number,
    qi: number,
  ): void;
  runProductSmall(
    out: number,
    xs: number,
    weights: number,
    terms: number,
    run: number,
    accumulate: number,
    n: number,
    shift: number,
    q: number,
    qi: number,
  ): void;
  convertDigit(
    y: number,
    v: number,
    x: number,
    c: number,
    first: number,
    n: number,
    q: number,
    qi: number,
  ): void;
  convertLimb(
    out: number,
    digits: number,
    v: number,
    factors: number,
    e: number,
    terms: number,
    n: number,
    q: number,
    qi: number,
  ): void;
  combine(
    out: number,
    a: number,
    c: number,
    b: number,
    d: number,
    count: number,
    q: number,
    qi: number,
  ): void;
  powers(out: number, start: number, step: number, n: number, q: number, qi: number): void;
  smallest(x: number, n: number, q: number): number;
  scatter(out: number, x: number, n: number, pairs: number): void;
}

/** Module bytes to use in place of the embedded ones: for tests, and for pages that deliver them apart. */
export type WasmModules = Partial<Record<WasmForm, Uint8Array<ArrayBuffer>>>;

export interface WasmInstance {
  readonly form: WasmForm;
  readonly exports: WasmExports;
  readonly memory: WebAssembly.Memory;
}

const embedded = { relaxed, plain };
const page = 65_536;

/**
 * An instance of one form with a memory of its own, which never grows: views into it stay valid.
 * @param memoryBytes rounded up to pages of 64 KiB; reserved at once, occupied as it is used.
 * @throws {FheError} `kernel-unavailable` when the engine does not run this form (no WebAssembly, no SIMD, forbidden
 * by the content security policy, or a relaxed multiply-add that is not fused); `memory-exhausted`.
 */
export function instantiate(form: WasmForm, memoryBytes: number, modules: WasmModules = {}): WasmInstance {
  const bytes = modules[form] ?? fromBase64(embedded[form].base64);
  const pages = Math.ceil(memoryBytes / page);
  const module = compile(form, bytes);
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch {
    throw new FheError('memory-exhausted', { bytes: pages * page });
  }
  const exports = link(form, module, memory);
  if (form === 'relaxed' && !isFused(exports)) {
    throw new FheError('kernel-unavailable', { form, reason: 'multiply-add is not fused' });
  }
  return { form, exports, memory };
}

function compile(form: WasmForm, bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(bytes)) {
    throw new FheError('kernel-unavailable', { form, reason: 'module not supported' });
  }
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    throw new FheError('kernel-unavailable', { form, reason: 'compilation refused' });
  }
}

function link(form: WasmForm, module: WebAssembly.Module, memory: WebAssembly.Memory): WasmExports {
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    if (typeof exports['probe'] === 'function') return exports as unknown as WasmExports;
  } catch {
    // not one of our modules: it wants other imports, or traps at once
  }
  throw new FheError('kernel-unavailable', { form, reason: 'not a kernel module' });
}

/**
 * Relaxed SIMD may fuse a multiply-add or not; only the fused one gives exact remainders. With a = 2^k + 1 the
 * product a * a = 2^2k + 2^(k+1) + 1 loses its last bit when rounded, so h - a * a is -1 if fused and 0 if not.
 */
function isFused({ probe }: WasmExports): boolean {
  return [27, 30, 40, 47, 51].every((k) => {
    const a = 2 ** k + 1;
    return probe(a, a, a * a) === -1 && probe(-a, a, -a * a) === 1;
  });
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
