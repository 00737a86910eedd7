import type { Parameters } from '../parameters.ts';

/** A reply: chosen coefficients of c0 and all of c1, modulo the last limb only. */
export interface MaskedCiphertext {
  readonly parameters: Parameters;
  /** Coefficient indices, ascending; fixed by the protocol, not part of the bytes. */
  readonly positions: readonly number[];
  /** One residue for each position, canonical: in [0, q). */
  readonly c0: Float64Array;
  /** N residues in coefficient form, canonical: in [0, q). */
  readonly c1: Float64Array;
}
