/**
 * The chain of rings that belongs to a parameter set: all limbs first, then one limb less at each modulus switch.
 * @module
 */
import { defaultKernel } from '../kernel/default.ts';
import type { Parameters } from '../parameters.ts';
import { createRing, type Ring } from '../ring/poly.ts';

const known = new WeakMap<Parameters, readonly Ring[]>();

/** Rings with limbs q_0.., q_1.., ..., q_(L-1) alone. Made once for each parameter object: roots take some ms. */
export function ringsOf(parameters: Parameters): readonly Ring[] {
  const made =
    known.get(parameters) ??
    parameters.moduli.map((_, i) =>
      createRing(defaultKernel(), parameters.degree, parameters.moduli.slice(i)),
    );
  known.set(parameters, made);
  return made;
}

/** The ring that fresh keys and ciphertexts live in. */
export function fullRing(parameters: Parameters): Ring {
  return ringsOf(parameters)[0]!;
}
