/**
 * Public keys and seeded ciphertexts on the wire: header, 32-byte seed, then one polynomial in evaluation form,
 * limb after limb. The uniform half is expanded from the seed (`rlwe/expand.ts`), never read.
 * @module
 */
import type { Parameters } from '../parameters.ts';
import { type Poly, type Ring, zero } from '../ring/poly.ts';
import { type Expansion, expandUniform } from '../rlwe/expand.ts';
import { pack, packedLength, unpack } from './bits.ts';
import { checkHeader, type Described, headerLength, writeHeader } from './header.ts';

const seedLength = 32;

export interface SeededPair {
  readonly seed: Uint8Array;
  /** The half that travels. */
  readonly packed: Poly<'eval'>;
  /** The half that is expanded from the seed. */
  readonly expanded: Poly<'eval'>;
}

/** Bytes of a public key or seeded ciphertext: 55,344 under `sealedSignIn`. */
export function seededLength({ degree, moduli }: Pick<Parameters, 'degree' | 'moduli'>): number {
  return moduli.reduce((sum, q) => sum + packedLength(q, degree), headerLength + seedLength);
}

export function serializeSeeded(
  parameters: Parameters,
  object: Expansion,
  seed: Uint8Array,
  poly: Poly<'eval'>,
): Uint8Array {
  const out = new Uint8Array(seededLength(parameters));
  writeHeader(out, describe(parameters, object));
  out.set(seed, headerLength);
  let at = headerLength + seedLength;
  for (const [i, q] of parameters.moduli.entries()) {
    const limb = poly.residues.subarray(i * parameters.degree, (i + 1) * parameters.degree);
    at += pack(out.subarray(at), limb, q);
  }
  return out;
}

/** @throws {FheError} any code of `checkHeader`, `non-canonical`. */
export function parseSeeded(
  parameters: Parameters,
  ring: Ring,
  object: Expansion,
  bytes: Uint8Array,
): SeededPair {
  checkHeader(bytes, describe(parameters, object), seededLength(parameters));
  const packed = zero(ring, 'eval');
  let at = headerLength + seedLength;
  for (const [i, q] of ring.moduli.entries()) {
    const length = packedLength(q, ring.degree);
    const residues = unpack(bytes.subarray(at, at + length), ring.degree, q);
    // Balanced, as the kernels want them.
    for (let j = 0; j < ring.degree; j++) {
      const x = residues[j]!;
      packed.residues[i * ring.degree + j] = x > q / 2 ? x - q : x;
    }
    at += length;
  }
  const seed = bytes.slice(headerLength, headerLength + seedLength);
  return { seed, packed, expanded: expandUniform(ring, parameters, object, seed) };
}

function describe(parameters: Parameters, object: Expansion): Described {
  return { parameters, object, form: 'eval', level: parameters.moduli.length };
}
