/**
 * The secret key of RNS-CKKS. Reachable from `./client` only, like the type that it extends.
 * @module
 */
import { FheError } from '../errors.ts';
import { type Poly, type Ring, zero } from '../ring/poly.ts';
import { requireLive, type SecretKey } from '../rlwe/secret-key.ts';
import type { Context } from './context.ts';
import type { CkksParameters } from './parameters.ts';

/** N ternary coefficients, and the polynomial modulo all limbs and special primes. */
export type CkksSecretKey<L extends number = number> = SecretKey<CkksParameters<L>>;

const contexts = new WeakMap<CkksSecretKey, Context>();

/** Remembers which context a key was made in. */
export function bind<L extends number>(key: CkksSecretKey<L>, context: Context<L>): void {
  contexts.set(key, context);
}

/** @throws {FheError} `wiped-key`; `ring-mismatch` for a key that no context made. */
export function contextOf<L extends number>(key: CkksSecretKey<L>): Context<L> {
  requireLive(key);
  const context = contexts.get(key);
  if (!context) throw new FheError('ring-mismatch');
  return context as Context<L>;
}

/** The secret modulo fewer limbs: a view, not a copy. */
export function secretAt(key: CkksSecretKey, ring: Ring): Poly<'eval'> {
  return { form: 'eval', ring, residues: key.poly.residues.subarray(0, ring.moduli.length * ring.degree) };
}

/** The secret in the key ring of a level: a copy, which the caller wipes with `release`. */
export function secretInKeyRing(key: CkksSecretKey, context: Context, level: number): Poly<'eval'> {
  const { degree, levels } = context.parameters;
  const out = zero(context.keyRing(level), 'eval');
  out.residues.set(key.poly.residues.subarray(0, level * degree));
  out.residues.set(key.poly.residues.subarray(levels * degree), level * degree);
  return out;
}
