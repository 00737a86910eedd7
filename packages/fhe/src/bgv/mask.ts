/**
 * The last step before a result leaves the server: hide everything but the chosen coefficients.
 * @module
 */
import { FheError } from '../errors.ts';
import type { Parameters } from '../parameters.ts';
import { remainder } from '../ring/modulus.ts';
import type { Ciphertext } from '../rlwe/ciphertext.ts';
import type { MaskedCiphertext } from '../rlwe/masked.ts';
import { type Randomness, webRandomness } from '../rlwe/randomness.ts';
import { wideUniform } from '../rlwe/samplers.ts';
import { checkPositions } from '../wire/masked.ts';
import { ringsOf } from './rings.ts';

/**
 * Adds `masks[k] + p * E_k` to coefficient `positions[k]` of c0, E_k uniform in [-2^88, 2^88) (`floodBits`), keeps
 * only these coefficients of c0 and all of c1, and switches both to the last limb. The other coefficients of c0 carry
 * no flood, so they must never leave: here they are not even switched.
 * @param positions coefficient indices, ascending.
 * @param masks integers in [0, p), as many as positions.
 * @throws {FheError} `bad-positions`, `bad-message`.
 */
export function maskCoefficients(
  ciphertext: Ciphertext<'coeff'>,
  positions: readonly number[],
  masks: readonly number[],
  options: { readonly random?: Randomness } = {},
): MaskedCiphertext {
  const { parameters, c1 } = ciphertext;
  const kept = floodCoefficients(ciphertext, positions, masks, options.random ?? webRandomness());
  return {
    parameters,
    positions: [...positions],
    c0: toLastLimb(parameters, kept, positions.length),
    c1: toLastLimb(parameters, c1.residues, parameters.degree),
  };
}

/**
 * The chosen coefficients of c0 with mask and flood added: all limbs, limb-major with stride `positions.length`,
 * balanced. A step of `maskCoefficients`; apart so that its noise can be measured.
 */
export function floodCoefficients(
  { parameters, c0 }: Ciphertext<'coeff'>,
  positions: readonly number[],
  masks: readonly number[],
  random: Randomness,
): Float64Array {
  const { degree, moduli, plaintextModulus: p, floodBits } = parameters;
  checkPositions(parameters, positions);
  const fits = masks.every((m) => Number.isInteger(m) && m >= 0 && m < p);
  if (masks.length !== positions.length || !fits) throw new FheError('bad-message', { count: masks.length });

  const floods = wideUniform(random, floodBits, positions.length, moduli);
  const kept = new Float64Array(moduli.length * positions.length);
  for (const [i, q] of moduli.entries()) {
    for (const [k, at] of positions.entries()) {
      const flood = remainder(p * floods[i]![k]!, q);
      // c0 is at least -0.51 q, so one q makes the sum positive.
      const residue = remainder(c0.residues[i * degree + at]! + q + flood + masks[k]!, q);
      kept[i * positions.length + k] = residue - q * Math.floor((2 * residue) / q);
    }
    floods[i]!.fill(0);
  }
  return kept;
}

/** Switches `count` coefficients from all limbs to the last one; canonical. `residues` stays as it is. */
function toLastLimb(parameters: Parameters, residues: Float64Array, count: number): Float64Array {
  const rings = ringsOf(parameters);
  const q = parameters.moduli.at(-1)!;
  const { kernel } = rings[0]!;
  let current = residues;
  for (const [i, from] of rings.slice(0, -1).entries()) {
    const to = rings[i + 1]!;
    const next = kernel.allocate(to.moduli.length * count);
    kernel.dropFirst(from.basis, to.basis, next, current, parameters.plaintextModulus, count);
    if (current !== residues) kernel.release(current);
    current = next;
  }
  const canonical = current.map((x) => remainder(x + q, q));
  if (current !== residues) kernel.release(current);
  return canonical;
}
