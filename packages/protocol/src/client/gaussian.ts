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

/**
 * A source of integers, normal with mean 0 and deviation 2^20, rounded; |value| < 2^24.
 * @param seed 32 bytes used for nothing else (ChaCha20 key, zero nonce).
 */
export function gaussians(seed: Uint8Array): () => number {
  const words = stream(seed);
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      // odd integers in (-2^26, 2^26): symmetric about 0, and never 0
      const u = 2 * (words() >>> 6) + 1 - 2 * half;
      const v = 2 * (words() >>> 6) + 1 - 2 * half;
      const square = u * u + v * v;
      if (square >= 4 * half * half) continue;
      const s = square / (4 * half * half);
      const scale = (deviation * squareRoot((-2 * naturalLog(s)) / s)) / (2 * half);
      spare = Math.floor(v * scale + 0.5);
      return Math.floor(u * scale + 0.5);
    }
  };
}

/** ln s for 0 < s < 1: halvings counted, then 2 artanh((m-1)/(m+1)) for m in [1, 2). */
function naturalLog(s: number): number {
  let m = s;
  let exponent = 0;
  while (m < 1) {
    m *= 2;
    exponent--;
  }
  const z = (m - 1) / (m + 1); // at most 1/3: 17 odd terms reach 3^-35
  let sum = 0;
  for (let k = 33; k >= 1; k -= 2) sum = sum * z * z + 1 / k;
  return exponent * ln2 + 2 * z * sum;
}
// biome-ignore lint/suspicious/noApproximativeNumericConstant: the literal is exact by definition, `Math.LN2` is not
const ln2 = 0.6931471805599453;

/** Heron's iteration from a power of two within a factor 2 of the root; five steps reach double precision. */
function squareRoot(value: number): number {
  let root = 1;
  while (root * root < value) root *= 2;
  while (root * root > value) root /= 2;
  for (let i = 0; i < 6; i++) root = (root + value / root) / 2;
  return root;
}

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
