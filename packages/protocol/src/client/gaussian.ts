/**
 * Gaussian integers from a seed, the same on every machine.
 *
 * Marsaglia's polar method ("A convenient method for generating normal variables", SIAM Review 6, 1964)
 * on a ChaCha20 stream. Acceptance is decided on exact integers; logarithm and square root are
 * computed here from + - * / alone, which ECMAScript requires to be correctly rounded, because
 * `Math.log` is implementation-defined.
 * @module
 */
import { chacha20 } from '@noble/ciphers/chacha.js';

/** Standard deviation 2^20. */
export const gaussianBits = 20;
const deviation = 2 ** gaussianBits;
const half = 2 ** 25;

/** Pairs made at once: the steps for one pair are a long chain, those of many run side by side. */
const pairs = 64;
export const batchLength = { values: 2 * pairs, squares: pairs };

/** The work of one batch, in TypeScript (`plainBatch`) or WebAssembly (`columns.ts`): the same bits. */
export interface Batch {
  /** In: pairs (u, v), odd integers below 2^26 in size. Out: the Gaussians. */
  readonly values: Float64Array;
  /** (u^2 + v^2) / 2^52 of each pair, in (0, 1). */
  readonly squares: Float64Array;
  polar(): void;
}

/**
 * Fills arrays with integers, normal with mean 0 and deviation 2^20, rounded; |value| < 2^24.
 * @param seed 32 bytes used for nothing else (ChaCha20 key, zero nonce). @param batch to work in; secret, so the caller
 *   wipes it.
 */
export function gaussians(seed: Uint8Array, batch: Batch = plainBatch()): (out: Float64Array) => void {
  const words = stream(seed);
  const { values, squares, polar } = batch;
  let at = values.length;
  return (out) => {
    for (let i = 0; i < out.length; ) {
      if (at === values.length) {
        drawPairs(values, squares, words);
        polar();
        at = 0;
      }
      const count = Math.min(values.length - at, out.length - i);
      out.set(values.subarray(at, at + count), i);
      at += count;
      i += count;
    }
  };
}

/** The next pairs in the unit disc, in the order of the words they are made of. */
function drawPairs(values: Float64Array, squares: Float64Array, words: () => number): void {
  for (let k = 0; k < pairs; ) {
    // odd integers in (-2^26, 2^26): symmetric about 0, and never 0
    const u = 2 * (words() >>> 6) + 1 - 2 * half;
    const v = 2 * (words() >>> 6) + 1 - 2 * half;
    const square = u * u + v * v;
    if (square >= 4 * half * half) continue;
    squares[k] = square / (4 * half * half);
    values[2 * k] = u;
    values[2 * k + 1] = v;
    k++;
  }
}

/** In plain TypeScript. */
export function plainBatch(): Batch {
  const values = new Float64Array(batchLength.values);
  const squares = new Float64Array(batchLength.squares);
  const scratch = new Float64Array(4 * pairs);
  return { values, squares, polar: () => polar(values, squares, scratch) };
}

function polar(values: Float64Array, s: Float64Array, scratch: Float64Array): void {
  const part = (k: number) => scratch.subarray(k * pairs, (k + 1) * pairs);
  const [ratios, roots] = [part(0), part(1)] as const;
  naturalLogs(ratios, s, part(2), part(3));
  for (let k = 0; k < pairs; k++) ratios[k] = (-2 * ratios[k]!) / s[k]!;
  squareRoots(roots, ratios);
  for (let k = 0; k < pairs; k++) {
    const scale = (deviation * roots[k]!) / (2 * half);
    values[2 * k] = Math.floor(values[2 * k]! * scale + 0.5);
    values[2 * k + 1] = Math.floor(values[2 * k + 1]! * scale + 0.5);
  }
  scratch.fill(0);
}

/** ln s for 0 < s < 1: s = m * 2^e with m in [1, 2), and ln m = 2 artanh((m-1)/(m+1)). */
function naturalLogs(out: Float64Array, s: Float64Array, exponents: Float64Array, z: Float64Array): void {
  for (let k = 0; k < pairs; k++) {
    const exponent = binaryExponent(s[k]!);
    const m = s[k]! * powers[64 - exponent]!;
    exponents[k] = exponent;
    z[k] = (m - 1) / (m + 1); // at most 1/3: 17 odd terms reach 3^-35
  }
  out.fill(0);
  for (let term = 33; term >= 1; term -= 2) {
    const factor = 1 / term;
    for (let k = 0; k < pairs; k++) out[k] = out[k]! * z[k]! * z[k]! + factor;
  }
  for (let k = 0; k < pairs; k++) out[k] = exponents[k]! * ln2 + 2 * z[k]! * out[k]!;
}
// biome-ignore lint/suspicious/noApproximativeNumericConstant: the literal is exact by definition, `Math.LN2` is not
const ln2 = 0.6931471805599453;

/** Heron's iteration from the power of two below the root; five steps reach double precision. */
function squareRoots(out: Float64Array, values: Float64Array): void {
  for (let k = 0; k < pairs; k++) out[k] = powers[64 + (binaryExponent(values[k]!) >> 1)]!;
  for (let step = 0; step < 6; step++) {
    for (let k = 0; k < pairs; k++) out[k] = (out[k]! + values[k]! / out[k]!) / 2;
  }
}

/** The integer e with 2^e <= value < 2^(e+1), for a positive normal double: read off its bits. */
function binaryExponent(value: number): number {
  bits.setFloat64(0, value);
  return (bits.getUint32(0) >>> 20) - 1023;
}

/** 2^e at 64 + e, for |e| <= 64; the precision of `**` would be the engine's business. */
const powers = new Float64Array(129).fill(1);
for (let e = 1; e <= 64; e++) {
  powers[64 + e] = 2 * powers[63 + e]!;
  powers[64 - e] = powers[65 - e]! / 2;
}
const bits = new DataView(new ArrayBuffer(8));

/** The ChaCha20 keystream of a key as little-endian 32-bit words. */
function stream(key: Uint8Array): () => number {
  const nonce = new Uint8Array(12);
  const chunk = new Uint8Array(4096);
  const view = new DataView(chunk.buffer);
  let block = 0;
  let at = chunk.length;
  return () => {
    if (at === chunk.length) {
      chunk.fill(0);
      chacha20(key, nonce, chunk, chunk, block);
      block += chunk.length / 64;
      at = 0;
    }
    at += 4;
    return view.getUint32(at - 4, true);
  };
}
