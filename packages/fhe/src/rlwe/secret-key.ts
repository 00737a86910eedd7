import type { Parameters } from '../parameters.ts';
import type { Poly } from '../ring/poly.ts';

declare const secret: unique symbol;

/**
 * The key that opens ciphertexts. Reachable from `./client` only: a test fails if an import from `./evaluate`
 * arrives at this file.
 */
export interface SecretKey {
  readonly [secret]: true;
  readonly parameters: Parameters;
  /** N coefficients in {-1, 0, 1}. */
  readonly coefficients: Int8Array;
  readonly poly: Poly<'eval'>;
}
