/**
 * Which automorphism turns the slots by how much.
 * @module
 */
import { FheError } from '../errors.ts';
import { power } from '../ring/modulus.ts';
import { generator } from './embedding.ts';

/**
 * g = 3^steps modulo 2N: X -> X^g brings slot k + steps to slot k.
 * @throws {FheError} `bad-parameters` unless `steps` is a safe integer.
 */
export function galoisElement(degree: number, steps: number): number {
  if (!Number.isSafeInteger(steps)) throw new FheError('bad-parameters', { steps });
  const slots = degree / 2;
  const turns = ((steps % slots) + slots) % slots;
  return Number(power(BigInt(generator), BigInt(turns), BigInt(2 * degree)));
}

/** 1/g modulo 2N, for an odd g. */
export function inverseElement(degree: number, g: number): number {
  // The group of odd residues modulo 2N has exponent N/2.
  return Number(power(BigInt(g), BigInt(degree / 2 - 1), BigInt(2 * degree)));
}
