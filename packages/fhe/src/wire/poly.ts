/**
 * One polynomial in evaluation form on the wire: limb after limb, N residues each, packed (`bits.ts`).
 * @module
 */
import type { Modulus } from '../ring/modulus.ts';
import { type Poly, type Ring, zero } from '../ring/poly.ts';
import { pack, packedLength, unpack } from './bits.ts';

/** Bytes of one polynomial. */
export function polyLength(ring: { readonly degree: number; readonly moduli: readonly Modulus[] }): number {
  return ring.moduli.reduce((sum, q) => sum + packedLength(q, ring.degree), 0);
}

/** Writes to the start of `out`. @returns the number of bytes written. */
export function packPoly(out: Uint8Array, { ring, residues }: Poly<'eval'>): number {
  let at = 0;
  for (const [i, q] of ring.moduli.entries()) {
    at += pack(out.subarray(at), residues.subarray(i * ring.degree, (i + 1) * ring.degree), q);
  }
  return at;
}

/** Reads from the start of `bytes`, which must be long enough. @throws {FheError} `non-canonical`. */
export function unpackPoly(bytes: Uint8Array, ring: Ring): Poly<'eval'> {
  const out = zero(ring, 'eval');
  let at = 0;
  for (const [i, q] of ring.moduli.entries()) {
    const length = packedLength(q, ring.degree);
    const residues = out.residues.subarray(i * ring.degree, (i + 1) * ring.degree);
    unpack(residues, bytes.subarray(at, at + length), q);
    // Balanced, as the kernels want them.
    for (let j = 0; j < residues.length; j++) {
      const x = residues[j]!;
      residues[j] = x > q / 2 ? x - q : x;
    }
    at += length;
  }
  return out;
}
