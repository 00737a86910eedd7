/**
 * Residues as bits: canonical unsigned integers, one after another, each in the width of its modulus, least
 * significant bit first. What is left of the last byte is zero.
 * @module
 */
import { littleEndianWords } from '../bytes.ts';
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
 * Fills `out` with residues from the start of `bytes`; each in [0, q).
 * @returns `out`
 * @throws {FheError} `non-canonical` when a residue is not below q or a padding bit is set.
 */
export function unpack(out: Float64Array, bytes: Uint8Array, q: number): Float64Array {
  const width = widthOf(q);
  const length = packedLength(q, out.length);
  // Words with room to read past the end: three of them hold any residue, wherever it starts.
  const padded = new Uint8Array((Math.ceil(length / 4) + 3) * 4);
  padded.set(bytes.subarray(0, length));
  const words = littleEndianWords(padded);
  const [lowMask, highMask] = [width < 32 ? 2 ** width - 1 : -1, width < 32 ? 0 : 2 ** (width - 32) - 1];
  let [bit, highest] = [0, 0];
  for (let j = 0; j < out.length; j++, bit += width) {
    const at = bit >>> 5;
    const shift = bit & 31;
    const [first, second, third] = [words[at]!, words[at + 1]!, words[at + 2]!];
    // `<< 1 << 31 - shift` is `<< 32 - shift`, which JavaScript would take modulo 32.
    const low = (first >>> shift) | ((second << 1) << (31 - shift));
    const high = (second >>> shift) | ((third << 1) << (31 - shift));
    const residue = (high & highMask) * 2 ** 32 + ((low & lowMask) >>> 0);
    highest = Math.max(highest, residue);
    out[j] = residue;
  }
  const used = bit & 7;
  const padding = used === 0 ? 0 : bytes[length - 1]! >>> used;
  if (highest >= q || padding !== 0) throw new FheError('non-canonical', { q });
  return out;
}

function parts(q: number): [low: number, high: number] {
  const width = widthOf(q);
  return [Math.min(width, part), Math.max(width - part, 0)];
}
