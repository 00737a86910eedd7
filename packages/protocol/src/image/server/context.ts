/**
 * The engine for one parameter set, as whoever evaluates opens it.
 * @module
 */
import { ckks } from '@blindsight/fhe/evaluate';
import type { ImageParameters } from '../parameters.ts';

/**
 * Memory is reserved and occupied as it is used: keys, weights, and the ciphertexts of one evaluation.
 * @throws {FheError} `memory-exhausted`.
 */
export function createImageContext({ ring }: ImageParameters): ckks.Context {
  const memoryBytes = ring.degree > 8192 ? 900 * 2 ** 20 : 256 * 2 ** 20;
  return ckks.createContext(ckks.parameters({ ...ring, moduli: ring.moduli }), { memoryBytes });
}
