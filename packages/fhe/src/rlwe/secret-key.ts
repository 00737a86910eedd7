import { FheError } from '../errors.ts';
import type { Parameters } from '../parameters.ts';
import { type Poly, release } from '../ring/poly.ts';

declare const secret: unique symbol;

/**
 * The key that opens ciphertexts. Reachable from `./client` only: a test fails if an import from `./evaluate`
 * arrives at this file. Its fields are not enumerable, so that no logger or serialiser walks into them.
 * `P`: the parameters of the scheme that it belongs to.
 */
export interface SecretKey<P = Parameters> {
  readonly [secret]: true;
  readonly parameters: P;
  /** N coefficients in {-1, 0, 1}. */
  readonly coefficients: Float64Array;
  /** The same polynomial, to multiply with. */
  readonly poly: Poly<'eval'>;
  readonly state: { wiped: boolean };
}

/** The only maker of secret keys. Takes both arrays over; `wipeSecretKey` clears them. */
export function secretKey<P>(parameters: P, coefficients: Float64Array, poly: Poly<'eval'>): SecretKey<P> {
  const hidden = {
    coefficients: { value: coefficients },
    poly: { value: poly },
    state: { value: { wiped: false } },
  };
  return Object.defineProperties({ parameters }, hidden) as SecretKey<P>;
}

/** Overwrites the key in memory; any later use throws `wiped-key`. */
export function wipeSecretKey(key: SecretKey<unknown>): void {
  key.coefficients.fill(0);
  if (!key.state.wiped) release(key.poly);
  key.state.wiped = true;
}

/** @throws {FheError} `wiped-key`: an all-zero key would still encrypt, in the clear. */
export function requireLive(key: SecretKey<unknown>): void {
  if (key.state.wiped) throw new FheError('wiped-key');
}
