/**
 * The server's half of the scheme: everything that needs no secret key.
 * Nothing importable from here reaches a secret-key type (a test walks the imports).
 *
 * One reply of sealed sign-in:
 *
 *     const product = multiplyPlain(parseCiphertext(parameters, ticket), plaintext(parameters, multiplier));
 *     const fresh = rerandomise(parsePublicKey(parameters, key), product);
 *     const reply = serializeMasked(maskCoefficients(fresh, positions, masks));
 * @module
 */
import { fullRing } from './bgv/rings.ts';
import type { Parameters } from './parameters.ts';
import type { Ciphertext } from './rlwe/ciphertext.ts';
import type { PublicKey } from './rlwe/public-key.ts';
import { parseSeeded } from './wire/seeded.ts';

export {
  add,
  multiplyPlain,
  plaintext,
  type RandomOption,
  rerandomise,
} from './bgv/evaluate.ts';
export { maskCoefficients } from './bgv/mask.ts';
export * as ckks from './ckks/evaluate.ts';
export type { Ciphertext, Plaintext } from './rlwe/ciphertext.ts';
export type { MaskedCiphertext } from './rlwe/masked.ts';
export type { PublicKey } from './rlwe/public-key.ts';
export { serializeMasked } from './wire/masked.ts';

/**
 * Strict parser of a public key; expands the uniform half from its seed.
 * @throws {FheError} any of the parser codes (`bad-length` ... `non-canonical`).
 */
export function parsePublicKey(parameters: Parameters, bytes: Uint8Array): PublicKey {
  const { seed, packed: b, expanded: a } = parseSeeded(parameters, fullRing(parameters), 'public-key', bytes);
  return { parameters, seed, a, b };
}

/**
 * Strict parser of a seeded ciphertext; expands c1 from its seed.
 * @throws {FheError} any of the parser codes (`bad-length` ... `non-canonical`).
 */
export function parseCiphertext(parameters: Parameters, bytes: Uint8Array): Ciphertext<'eval'> {
  const { packed: c0, expanded: c1 } = parseSeeded(parameters, fullRing(parameters), 'ciphertext', bytes);
  return { parameters, c0, c1 };
}
