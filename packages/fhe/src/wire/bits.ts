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
  const put = (value: number, bits: number) => {
    accumulator |= value << held;
    for (held += bits; held >= 8; held -= 8, accumulator >>>= 8) out[at++] = accumulator & 0xff;
  };
  for (const x of residues) {
    const canonical = x < 0 ? x + q : x;
    const high = Math.floor(canonical / 2 ** part);
    put(canonical - high * 2 ** part, lowBits);
    put(high, highBits);
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
  const out = new Float64Array(count);
  let [at, accumulator, held] = [0, 0, 0];
  const take = (bits: number) => {
    for (; held < bits; held += 8) accumulator |= bytes[at++]! << held;
    const value = accumulator & (2 ** bits - 1);
    accumulator >>>= bits;
    held -= bits;
    return value;
  };
  let highest = 0;
  for (let j = 0; j < count; j++) {
    const low = take(lowBits);
    const residue = take(highBits) * 2 ** part + low;
    out[j] = residue;
    if (residue > highest) highest = residue;
  }
  if (highest >= q || accumulator !== 0) throw new FheError('non-canonical', { q });
  return out;
}

function parts(q: number): [low: number, high: number] {
  const width = widthOf(q);
  return [Math.min(width, part), Math.max(width - part, 0)];
}
