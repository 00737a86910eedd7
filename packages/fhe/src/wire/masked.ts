/**
 * A reply on the wire: header, the kept coefficients of c0, all N coefficients of c1, modulo the last limb.
 * Which coefficients were kept is fixed by the protocol and does not travel.
 * @module
 */
import { FheError } from '../errors.ts';
import type { Parameters } from '../parameters.ts';
import type { MaskedCiphertext } from '../rlwe/masked.ts';
import { pack, packedLength, unpack } from './bits.ts';
import { checkHeader, type Described, headerLength, writeHeader } from './header.ts';

/** Bytes of a reply with so many coefficients of c0: 18,484 for 8 under `sealedSignIn`. */
export function maskedLength(parameters: Parameters, positions: number): number {
  const q = parameters.moduli.at(-1)!;
  return headerLength + packedLength(q, positions) + packedLength(q, parameters.degree);
}

export function serializeMasked({ parameters, c0, c1 }: MaskedCiphertext): Uint8Array {
  const q = parameters.moduli.at(-1)!;
  const out = new Uint8Array(maskedLength(parameters, c0.length));
  writeHeader(out, describe(parameters));
  const kept = pack(out.subarray(headerLength), c0, q);
  pack(out.subarray(headerLength + kept), c1, q);
  return out;
}

/** @throws {FheError} any code of `checkHeader`, `non-canonical`, `bad-positions`. */
export function parseMasked(
  parameters: Parameters,
  bytes: Uint8Array,
  positions: readonly number[],
): MaskedCiphertext {
  checkPositions(parameters, positions);
  checkHeader(bytes, describe(parameters), maskedLength(parameters, positions.length));
  const q = parameters.moduli.at(-1)!;
  const middle = headerLength + packedLength(q, positions.length);
  return {
    parameters,
    positions: [...positions],
    c0: unpack(new Float64Array(positions.length), bytes.subarray(headerLength, middle), q),
    c1: unpack(new Float64Array(parameters.degree), bytes.subarray(middle), q),
  };
}

/** @throws {FheError} `bad-positions` unless they are coefficient indices, strictly ascending, at least one. */
export function checkPositions({ degree }: Parameters, positions: readonly number[]): void {
  const good = positions.every(
    (at, k) => Number.isInteger(at) && at >= 0 && at < degree && (k === 0 || at > positions[k - 1]!),
  );
  if (!good || positions.length === 0) throw new FheError('bad-positions', { count: positions.length });
}

function describe(parameters: Parameters): Described {
  return { parameters, object: 'masked', form: 'coeff', level: 1 };
}
