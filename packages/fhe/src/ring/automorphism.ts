/**
 * X -> X^g on polynomials in evaluation form: a permutation of the values, without arithmetic.
 * @module
 */
import { FheError } from '../errors.ts';
import { bitReverse } from './modulus.ts';
import { type Poly, zero } from './poly.ts';

/**
 * Where each value of a(X^g) comes from. Value j is a at psi^e with e = 2 * bitReverse(j) + 1, so the new value j is
 * the old one at psi^(e * g).
 * @param g odd, 0 < g < 2N.
 * @throws {FheError} `bad-parameters` otherwise: the map would not be invertible.
 */
export function automorphismSource(degree: number, g: number): Uint32Array {
  if (!Number.isInteger(g) || g % 2 !== 1 || g < 1 || g >= 2 * degree)
    throw new FheError('bad-parameters', { g });
  return Uint32Array.from({ length: degree }, (_, j) => {
    const exponent = ((2 * bitReverse(j, degree) + 1) * g) % (2 * degree);
    return bitReverse((exponent - 1) / 2, degree);
  });
}

/** Targets already computed: degree and g determine them. Bounded by what keys exist for; 4 N bytes each. */
const known = new Map<string, Uint32Array>();

/** The inverse of `automorphismSource`: where each value goes to, as `Kernel.permute` takes it. @throws as that. */
export function automorphismTarget(degree: number, g: number): Uint32Array {
  const key = `${degree} ${g}`;
  const found = known.get(key);
  if (found) return found;
  const target = new Uint32Array(degree);
  for (const [j, from] of automorphismSource(degree, g).entries()) target[from] = j;
  known.set(key, target);
  return target;
}

/** a(X^g). @throws {FheError} `bad-parameters`, see `automorphismTarget`. */
export function automorphism(a: Poly<'eval'>, g: number): Poly<'eval'> {
  const { degree, kernel, basis } = a.ring;
  const out = zero(a.ring, 'eval');
  kernel.permute(basis, out.residues, a.residues, automorphismTarget(degree, g));
  return out;
}
