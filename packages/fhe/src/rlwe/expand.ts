/**
 * The uniform half of keys and ciphertexts, as a function of a 32-byte seed. Public data; never accepted as bytes.
 * @module
 */
import { remainder } from '../ring/modulus.ts';
import { type Poly, type Ring, zero } from '../ring/poly.ts';
import { seededRandomness } from './randomness.ts';

/** What a seed is expanded for: one seed used twice would still give two independent polynomials. */
export type Expansion = 'public-key' | 'ciphertext' | `switch ${number}`;

/**
 * A polynomial with uniform residues, in evaluation form. Wire format: for limb i, the words of
 * `seededRandomness(seed, "blindsight/fhe/uniform/1 ID WHAT i")` (ID the parameter id, WHAT the expansion, i decimal)
 * are taken in pairs (low, high); v = (high mod 2^16) * 2^32 + low is uniform below 2^48. A v at or above the
 * largest multiple of q_i is skipped; otherwise v mod q_i is the next value, in the order of `ring/poly.ts`.
 * @throws {FheError} `bad-seed`.
 */
export function expandUniform(
  ring: Ring,
  parameters: { readonly id: string },
  what: Expansion,
  seed: Uint8Array,
): Poly<'eval'> {
  const out = zero(ring, 'eval');
  const { residues } = out;
  for (const [i, q] of ring.moduli.entries()) {
    const random = seededRandomness(seed, `blindsight/fhe/uniform/1 ${parameters.id} ${what} ${i}`);
    const limit = Math.floor(2 ** 48 / q) * q;
    const half = (q - 1) / 2;
    const end = (i + 1) * ring.degree;
    let j = i * ring.degree;
    while (j < end) {
      // Whole blocks of 16 words, so that the result does not depend on how the stream is cut.
      const words = random.words(Math.ceil((end - j) / 8) * 16);
      for (let k = 0; k < words.length && j < end; k += 2) {
        const v = (words[k + 1]! & 0xffff) * 2 ** 32 + words[k]!;
        if (v >= limit) continue;
        // Balanced: a remainder of v + (q-1)/2, moved back. No branch that a processor would guess wrong half the time.
        residues[j++] = remainder(v + half, q) - half;
      }
    }
  }
  return out;
}
