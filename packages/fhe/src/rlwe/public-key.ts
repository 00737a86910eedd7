import type { Parameters } from '../parameters.ts';
import type { Poly } from '../ring/poly.ts';

/** (b, a) with b + a * s = p * e: an encryption of zero that anyone may re-randomise with. Public. */
export interface PublicKey {
  readonly parameters: Parameters;
  /** 32 bytes; `a` is a function of it. */
  readonly seed: Uint8Array;
  readonly a: Poly<'eval'>;
  readonly b: Poly<'eval'>;
}
