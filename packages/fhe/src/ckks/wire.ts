/**
 * Wire formats of RNS-CKKS. Every object starts with the 16 bytes of `wire/header.ts` (form 1, level = primes); then
 *
 *     public key            seed (32), b
 *     seeded ciphertext     scale (8), seed (32), c0
 *     ciphertext            scale (8), c0, c1
 *     relinearisation key   element (4) = 1, seed (32), b_0, b_1, ...
 *     Galois key            element (4), seed (32), b_0, b_1, ...
 *
 * Scale: IEEE 754 double; element: unsigned integer; both little-endian. Polynomials: evaluation form, limb after
 * limb, bit-packed (`wire/poly.ts`); those of keys have the special primes after the limbs of their level.
 * The uniform halves are expanded from the seeds (`rlwe/expand.ts`), never read.
 * One object has one encoding; parsers accept nothing else. They say which level they expect, because a level is
 * part of what a protocol fixes.
 * @module
 */
import { FheError } from '../errors.ts';

import { expandUniform } from '../rlwe/expand.ts';
import { checkHeader, type Described, headerLength, writeHeader } from '../wire/header.ts';
import { packPoly, polyLength, unpackPoly } from '../wire/poly.ts';
import { type Ciphertext, checkedScale } from './ciphertext.ts';
import type { Context } from './context.ts';
import type { CkksPublicKey } from './public-key.ts';
import type { GaloisKey, RelinearisationKey, SwitchingKey } from './switching-key.ts';

const scaleLength = 8;
const elementLength = 4;
const seedLength = 32;

/** Bytes of a public key. */
export function publicKeyLength(context: Context): number {
  return headerLength + seedLength + polyLength(context.ring(context.parameters.levels));
}

export function serializePublicKey({ context, seed, b }: CkksPublicKey): Uint8Array {
  const out = new Uint8Array(publicKeyLength(context));
  writeHeader(out, describe(context, 'public-key', context.parameters.levels));
  out.set(seed, headerLength);
  packPoly(out.subarray(headerLength + seedLength), b);
  return out;
}

/** @throws {FheError} any of the parser codes (`bad-length` ... `non-canonical`). */
export function parsePublicKey(context: Context, bytes: Uint8Array): CkksPublicKey {
  const { parameters } = context;
  const ring = context.ring(parameters.levels);
  checkHeader(bytes, describe(context, 'public-key', parameters.levels), publicKeyLength(context));
  const b = unpackPoly(bytes.subarray(headerLength + seedLength), ring);
  const seed = bytes.slice(headerLength, headerLength + seedLength);
  return { context, seed, a: expandUniform(ring, parameters, 'public-key', seed), b };
}

/** Bytes of a fresh ciphertext that travels with a seed. */
export function seededCiphertextLength(context: Context, level: number): number {
  return headerLength + scaleLength + seedLength + polyLength(context.ring(level));
}

/** `seed` is what c1 was expanded from. */
export function serializeSeededCiphertext(
  { context, level, scale, c0 }: Ciphertext,
  seed: Uint8Array,
): Uint8Array {
  const out = new Uint8Array(seededCiphertextLength(context, level));
  writeHeader(out, describe(context, 'scaled-seeded', level));
  writeScale(out, scale);
  out.set(seed, headerLength + scaleLength);
  packPoly(out.subarray(headerLength + scaleLength + seedLength), c0);
  return out;
}

/** @throws {FheError} any of the parser codes, `bad-scale`, `level-mismatch`. */
export function parseSeededCiphertext<K extends number>(
  context: Context,
  bytes: Uint8Array,
  level: K,
): Ciphertext<K> {
  const ring = context.ring(level);
  checkHeader(bytes, describe(context, 'scaled-seeded', level), seededCiphertextLength(context, level));
  const scale = readScale(context, level, bytes);
  const body = headerLength + scaleLength + seedLength;
  const c0 = unpackPoly(bytes.subarray(body), ring);
  const seed = bytes.slice(body - seedLength, body);
  return { context, level, scale, c0, c1: expandUniform(ring, context.parameters, 'ciphertext', seed) };
}

/** Bytes of any other ciphertext. */
export function ciphertextLength(context: Context, level: number): number {
  return headerLength + scaleLength + 2 * polyLength(context.ring(level));
}

export function serializeCiphertext({ context, level, scale, c0, c1 }: Ciphertext): Uint8Array {
  const out = new Uint8Array(ciphertextLength(context, level));
  writeHeader(out, describe(context, 'scaled', level));
  writeScale(out, scale);
  const body = headerLength + scaleLength;
  const written = packPoly(out.subarray(body), c0);
  packPoly(out.subarray(body + written), c1);
  return out;
}

/** @throws {FheError} any of the parser codes, `bad-scale`, `level-mismatch`. */
export function parseCiphertext<K extends number>(
  context: Context,
  bytes: Uint8Array,
  level: K,
): Ciphertext<K> {
  const ring = context.ring(level);
  checkHeader(bytes, describe(context, 'scaled', level), ciphertextLength(context, level));
  const scale = readScale(context, level, bytes);
  const body = headerLength + scaleLength;
  const c0 = unpackPoly(bytes.subarray(body), ring);
  const c1 = unpackPoly(bytes.subarray(body + polyLength(ring)), ring);
  return { context, level, scale, c0, c1 };
}

/** Bytes of a relinearisation or Galois key that serves up to this level. */
export function evaluationKeyLength(context: Context, level: number): number {
  const digits = context.switchPlan(level).digits.length;
  return headerLength + elementLength + seedLength + digits * polyLength(context.keyRing(level));
}

export function serializeEvaluationKey(key: RelinearisationKey | GaloisKey): Uint8Array {
  const { context, kind, element, level, seed, digits } = key;
  const out = new Uint8Array(evaluationKeyLength(context, level));
  writeHeader(out, describe(context, kind, level));
  new DataView(out.buffer).setUint32(headerLength, element, true);
  out.set(seed, headerLength + elementLength);
  let at = headerLength + elementLength + seedLength;
  for (const { b } of digits) at += packPoly(out.subarray(at), b);
  return out;
}

/** @throws {FheError} any of the parser codes, `wrong-key`, `level-mismatch`. */
export function parseRelinearisationKey(
  context: Context,
  bytes: Uint8Array,
  level: number,
): RelinearisationKey {
  return parseKey(context, bytes, 'relinearisation-key', 1, level);
}

/**
 * @param element the automorphism that is expected: `galoisElement(N, steps)`, or 2N - 1 for conjugation.
 * @throws {FheError} any of the parser codes; `wrong-key` for another element; `level-mismatch`.
 */
export function parseGaloisKey(
  context: Context,
  bytes: Uint8Array,
  element: number,
  level: number,
): GaloisKey {
  return parseKey(context, bytes, 'galois-key', element, level);
}

function parseKey<Kind extends 'relinearisation-key' | 'galois-key'>(
  context: Context,
  bytes: Uint8Array,
  kind: Kind,
  element: number,
  level: number,
): SwitchingKey<Kind> {
  const ring = context.keyRing(level);
  checkHeader(bytes, describe(context, kind, level), evaluationKeyLength(context, level));
  const found = new DataView(bytes.buffer, bytes.byteOffset).getUint32(headerLength, true);
  if (found !== element) throw new FheError('wrong-key', { element: found, wanted: element });
  const body = headerLength + elementLength + seedLength;
  const seed = bytes.slice(body - seedLength, body);
  const length = polyLength(ring);
  // All residues are read before anything is expanded: refusing is cheap.
  const bs = context
    .switchPlan(level)
    .digits.map((_, d) => unpackPoly(bytes.subarray(body + d * length), ring));
  const digits = bs.map((b, d) => ({ b, a: expandUniform(ring, context.parameters, `switch ${d}`, seed) }));
  return { context, kind, element, level, seed, digits };
}

function describe(context: Context, object: Described['object'], level: number): Described {
  return { parameters: context.parameters, object, form: 'eval', level };
}

function writeScale(out: Uint8Array, scale: number): void {
  new DataView(out.buffer).setFloat64(headerLength, scale, true);
}

/** A double has one encoding once NaN, infinities and -0 are refused, as the bounds do. */
function readScale(context: Context, level: number, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return checkedScale(context, level, view.getFloat64(headerLength, true));
}
