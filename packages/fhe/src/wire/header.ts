/**
 * The 16 bytes every object starts with:
 *
 *     0..3   "bfhe"
 *     4      version of the wire format: 1
 *     5      object: 1 public key, 2 seeded ciphertext, 3 masked ciphertext; of RNS-CKKS: 1 public key,
 *            4 seeded ciphertext, 5 ciphertext, 6 relinearisation key, 7 Galois key, 8 masked constant
 *     6      polynomial form: 0 coefficients, 1 evaluation
 *     7      level: number of limbs; of RNS-CKKS: number of primes in Q
 *     8..15  fingerprint of the parameters (`parameters.ts`, `ckks/parameters.ts`)
 * @module
 */
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { FheError, type FheErrorCode } from '../errors.ts';
import type { Form } from '../ring/poly.ts';

export const headerLength = 16;
const magic = utf8ToBytes('bfhe');
const version = 1;
const objects = {
  'public-key': 1,
  ciphertext: 2,
  masked: 3,
  'scaled-seeded': 4,
  scaled: 5,
  'relinearisation-key': 6,
  'galois-key': 7,
  'masked-constant': 8,
} as const;
const forms = { coeff: 0, eval: 1 } as const satisfies Record<Form, number>;

/** What a header says about the bytes after it. */
export interface Described {
  readonly parameters: { readonly fingerprint: string };
  readonly object: keyof typeof objects;
  readonly form: Form;
  readonly level: number;
}

/** Where each field starts, what it must hold, and the error when it does not. */
function fields({ parameters, object, form, level }: Described): [number, Uint8Array, FheErrorCode][] {
  return [
    [0, magic, 'bad-magic'],
    [4, Uint8Array.of(version), 'unsupported-version'],
    [5, Uint8Array.of(objects[object]), 'wrong-object'],
    [8, hexToBytes(parameters.fingerprint), 'wrong-parameters'],
    [6, Uint8Array.of(forms[form]), 'wrong-form'],
    [7, Uint8Array.of(level), 'wrong-level'],
  ];
}

export function writeHeader(out: Uint8Array, described: Described): void {
  for (const [at, value] of fields(described)) out.set(value, at);
}

/**
 * Checks that the bytes are exactly the described object, up to their length; says nothing about the residues.
 * @throws {FheError} `bad-length`, `bad-magic`, `unsupported-version`, `wrong-object`, `wrong-parameters`,
 *   `wrong-form`, `wrong-level`; a header in part is `bad-length`.
 */
export function checkHeader(bytes: Uint8Array, described: Described, totalLength: number): void {
  if (!(bytes instanceof Uint8Array) || bytes.length < headerLength) throw new FheError('bad-length');
  for (const [at, value, code] of fields(described)) {
    if (value.some((byte, i) => bytes[at + i] !== byte)) throw new FheError(code);
  }
  if (bytes.length !== totalLength) {
    throw new FheError('bad-length', { expected: totalLength, actual: bytes.length });
  }
}
