import type { Parameters } from '../parameters.ts';
import type { Poly } from '../ring/poly.ts';

declare const secret: unique symbol;

/**
 * The key that opens ciphertexts. Reachable from `./client` only: a test fails if an import from `./evaluate`
 * arrives at this file. Its fields are not enumerable, so that no logger or serialiser walks into them.
 */
export interface SecretKey {
  readonly [secret]: true;
  readonly parameters: Parameters;
  /** N coefficients in {-1, 0, 1}. */
  readonly coefficients: Float64Array;
  /** The same polynomial, to multiply with. */
  readonly poly: Poly<'eval'>;
  readonly state: { wiped: boolean };
}

/** The only maker of secret keys. Takes both arrays over; `wipeSecretKey` clears them. */
export function secretKey(parameters: Parameters, coefficients: Float64Array, poly: Poly<'eval'>): SecretKey {
  const hidden = {
    coefficients: { value: coefficients },
    poly: { value: poly },
    state: { value: { wiped: false } },
  };
  return Object.defineProperties({ parameters }, hidden) as SecretKey;
}
