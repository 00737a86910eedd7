/**
 * The secret key of RNS-CKKS. Reachable from `./client` only, like the type that it extends.
 * @module
 */
import { FheError } from '../errors.ts';
import { type Poly, release, zero } from '../ring/poly.ts';
import { requireLive, type SecretKey } from '../rlwe/secret-key.ts';
import type { Context } from './context.ts';
import type { CkksParameters } from './parameters.ts';
import { isPrefix, restrict } from './restrict.ts';

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

/**
 * Calls with the secret modulo the primes of a level: a view, or a copy that is wiped afterwards where the last prime
 * shares a limb.
 */
export function withSecretAt<T>(
  key: CkksSecretKey,
  context: Context,
  level: number,
  use: (secret: Poly<'eval'>) => T,
): T {
  const ring = context.ring(level);
  const { residues } = key.poly;
  if (isPrefix(ring, key.poly.ring)) {
    return use({ form: 'eval', ring, residues: residues.subarray(0, ring.moduli.length * ring.degree) });
  }
  const copy = zero(ring, 'eval');
  restrict(ring, key.poly.ring, copy.residues, residues);
  const result = use(copy);
  release(copy);
  return result;
}

/** The secret in the key ring of a level: a copy, which the caller wipes with `release`. */
export function secretInKeyRing(key: CkksSecretKey, context: Context, level: number): Poly<'eval'> {
  const { degree, levels } = context.parameters;
  const out = zero(context.keyRing(level), 'eval');
  const own = context.ring(level);
  restrict(own, key.poly.ring, out.residues, key.poly.residues);
  const special = key.poly.residues.subarray(context.ring(levels).moduli.length * degree);
  out.residues.set(special, own.moduli.length * degree);
  return out;
}
