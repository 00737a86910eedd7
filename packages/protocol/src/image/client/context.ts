/**
 * The engine for one parameter set, as the device opens it.
 * @module
 */
import { ckks } from '@blindsight/fhe/client';
import type { ImageParameters } from '../parameters.ts';

/** Room for the tables, the secret and a few keys at a time. @throws {FheError} `memory-exhausted`. */
export function createImageContext({ ring }: ImageParameters): ckks.Context {
  return ckks.createContext(ckks.parameters({ ...ring, moduli: ring.moduli }), { memoryBytes: 64 * 2 ** 20 });
}
