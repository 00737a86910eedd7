/**
 * One number under a mask: the constant coefficient of c0 + c1 s, and nothing else of it, for whoever holds the key.
 *
 * The constant coefficient of a message is the mean of its N/2 slots (real parts), so a sum over slots needs no
 * rotation to be opened. c0 travels as its constant coefficient alone, plus a uniform mask: after `rerandomise` both
 * parts are uniform for the key holder, whatever ciphertexts went into the computation.
 * @module
 */
import { FheError } from '../errors.ts';
import { type Modulus, remainder } from '../ring/modulus.ts';
import type { Poly, Ring } from '../ring/poly.ts';
import { pack, packedLength, unpack } from '../wire/bits.ts';
import { checkHeader, type Described, headerLength, writeHeader } from '../wire/header.ts';
import { packPoly, polyLength, unpackPoly } from '../wire/poly.ts';
import type { Ciphertext } from './ciphertext.ts';
import type { Context } from './context.ts';

export interface MaskedConstant {
  readonly context: Context;
  /** A level whose primes share one limb: 1, or 2 for a limb of two primes. */
  readonly level: number;
  /** The constant coefficient of c0 plus the mask, in [0, q). */
  readonly c0: number;
  readonly c1: Poly<'eval'>;
}

/** q of a level with one limb: what masks are uniform below. @throws {FheError} `level-mismatch` for more limbs. */
export function constantModulus(context: Context, level: number): Modulus {
  return singleLimb(context, level).moduli[0]!;
}

/**
 * Shares c1 with the ciphertext, which must stay as long.
 * @param mask uniform in [0, q); used once. Call `rerandomise` before: c1 tells what was computed otherwise.
 * @throws {FheError} `level-mismatch`, `bad-message` for a mask that is not in [0, q).
 */
export function maskConstant({ context, level, c0, c1 }: Ciphertext, mask: number): MaskedConstant {
  const q = constantModulus(context, level);
  if (!(Number.isSafeInteger(mask) && mask >= 0 && mask < q)) throw new FheError('bad-message', { level });
  return { context, level, c0: remainder(constantOf(context, c0) + mask, q), c1 };
}

/** The constant coefficient of a polynomial in evaluation form, in [0, q). Cost: one transform. */
export function constantOf({ kernel }: Context, { ring, residues }: Poly<'eval'>): number {
  const q = ring.moduli[0]!;
  const coefficients = kernel.allocate(ring.degree);
  coefficients.set(residues);
  kernel.intt(ring.basis, coefficients);
  // No branch: the value may be secret.
  const value = remainder(coefficients[0]! + q, q);
  kernel.release(coefficients);
  return value;
}

/** Bytes: header, the coefficient in the width of q, c1 packed. */
export function maskedConstantLength(context: Context, level: number): number {
  const ring = singleLimb(context, level);
  return headerLength + packedLength(ring.moduli[0]!, 1) + polyLength(ring);
}

export function serializeMaskedConstant({ context, level, c0, c1 }: MaskedConstant): Uint8Array {
  const out = new Uint8Array(maskedConstantLength(context, level));
  writeHeader(out, describe(context, level));
  const written = pack(out.subarray(headerLength), Float64Array.of(c0), c1.ring.moduli[0]!);
  packPoly(out.subarray(headerLength + written), c1);
  return out;
}

/** @throws {FheError} any of the parser codes (`bad-length` ... `non-canonical`), `level-mismatch`. */
export function parseMaskedConstant(context: Context, bytes: Uint8Array, level: number): MaskedConstant {
  const ring = singleLimb(context, level);
  checkHeader(bytes, describe(context, level), maskedConstantLength(context, level));
  const q = ring.moduli[0]!;
  const middle = headerLength + packedLength(q, 1);
  const [c0] = unpack(new Float64Array(1), bytes.subarray(headerLength, middle), q);
  return { context, level, c0: c0!, c1: unpackPoly(bytes.subarray(middle), ring) };
}

function singleLimb(context: Context, level: number): Ring {
  const ring = context.ring(level);
  if (ring.moduli.length !== 1) throw new FheError('level-mismatch', { level, limbs: ring.moduli.length });
  return ring;
}

function describe({ parameters }: Context, level: number): Described {
  return { parameters, object: 'masked-constant', form: 'eval', level };
}
