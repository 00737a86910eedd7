/**
 * Public keys and seeded ciphertexts on the wire: header, 32-byte seed, then one polynomial in evaluation form,
 * limb after limb. The uniform half is expanded from the seed (`rlwe/expand.ts`), never read.
 * @module
 */
import type { Parameters } from '../parameters.ts';
import type { Poly, Ring } from '../ring/poly.ts';
import { expandUniform } from '../rlwe/expand.ts';
import { checkHeader, type Described, headerLength, writeHeader } from './header.ts';
import { packPoly, polyLength, unpackPoly } from './poly.ts';

const seedLength = 32;

/** What is sent this way; also the label of the expansion. */
type Seeded = 'public-key' | 'ciphertext';

export interface SeededPair {
  readonly seed: Uint8Array;
  /** The half that travels. */
  readonly packed: Poly<'eval'>;
  /** The half that is expanded from the seed. */
  readonly expanded: Poly<'eval'>;
}

/** Bytes of a public key or seeded ciphertext: 55,344 under `sealedSignIn`. */
export function seededLength(parameters: Pick<Parameters, 'degree' | 'moduli'>): number {
  return headerLength + seedLength + polyLength(parameters);
}

export function serializeSeeded(
  parameters: Parameters,
  object: Seeded,
  seed: Uint8Array,
  poly: Poly<'eval'>,
): Uint8Array {
  const out = new Uint8Array(seededLength(parameters));
  writeHeader(out, describe(parameters, object));
  out.set(seed, headerLength);
  packPoly(out.subarray(headerLength + seedLength), poly);
  return out;
}

/** @throws {FheError} any code of `checkHeader`, `non-canonical`. */
export function parseSeeded(
  parameters: Parameters,
  ring: Ring,
  object: Seeded,
  bytes: Uint8Array,
): SeededPair {
  checkHeader(bytes, describe(parameters, object), seededLength(parameters));
  const packed = unpackPoly(bytes.subarray(headerLength + seedLength), ring);
  const seed = bytes.slice(headerLength, headerLength + seedLength);
  return { seed, packed, expanded: expandUniform(ring, parameters, object, seed) };
}

function describe(parameters: Parameters, object: Seeded): Described {
  return { parameters, object, form: 'eval', level: parameters.moduli.length };
}
