/**
 * Residues as bits: canonical unsigned integers, one after another, each in the width of its modulus, least
 * significant bit first. What is left of the last byte is zero.
 * @module
 */
import { FheError } from '../errors.ts';

/** Bits of one residue modulo q. */
export function widthOf(q: number): number {
  return q.toString(2).length;
}

/** Bytes of `count` residues modulo q. */
export function packedLength(q: number, count: number): number {
  return Math.ceil((widthOf(q) * count) / 8);
}

/** Each residue goes through the accumulator in two parts of at most 24 bits, so that it never exceeds 32 bits. */
const part = 24;

/**
 * Writes residues, canonical or balanced (|x| < q), to the start of `out`.
 * @returns the number of bytes written: `packedLength(q, residues.length)`.
 */
export function pack(out: Uint8Array, residues: Float64Array, q: number): number {
  const [lowBits, highBits] = parts(q);
  let [at, accumulator, held] = [0, 0, 0];
  for (let j = 0; j < residues.length; j++) {
    const x = residues[j]!;
    const canonical = x < 0 ? x + q : x;
    const high = Math.floor(canonical / 2 ** part);
    accumulator |= (canonical - high * 2 ** part) << held;
    for (held += lowBits; held >= 8; held -= 8, accumulator >>>= 8) out[at++] = accumulator & 0xff;
    accumulator |= high << held;
    for (held += highBits; held >= 8; held -= 8, accumulator >>>= 8) out[at++] = accumulator & 0xff;
  }
  if (held > 0) out[at++] = accumulator;
  return at;
}

/**
 * Reads `count` residues from the start of `bytes`; each in [0, q).
 * @throws {FheError} `non-canonical` when a residue is not below q or a padding bit is set.
 */
export function unpack(bytes: Uint8Array, count: number, q: number): Float64Array {
  const [lowBits, highBits] = parts(q);
  const [lowMask, highMask] = [2 ** lowBits - 1, 2 ** highBits - 1];
  const out = new Float64Array(count);
  let [at, accumulator, held, highest] = [0, 0, 0, 0];
  for (let j = 0; j < count; j++) {
    for (; held < lowBits; held += 8) accumulator |= bytes[at++]! << held;
    const low = accumulator & lowMask;
    accumulator >>>= lowBits;
    held -= lowBits;
    for (; held < highBits; held += 8) accumulator |= bytes[at++]! << held;
    const residue = (accumulator & highMask) * 2 ** part + low;
    accumulator >>>= highBits;
    held -= highBits;
    out[j] = residue;
    highest = Math.max(highest, residue);
  }
  if (highest >= q || accumulator !== 0) throw new FheError('non-canonical', { q });
  return out;
}

function parts(q: number): [low: number, high: number] {
  const width = widthOf(q);
  return [Math.min(width, part), Math.max(width - part, 0)];
}
