/**
 * Decryption. **A decrypted value must not be shared.** CKKS noise is part of the result: whoever sees exact
 * decryptions of ciphertexts that they know can solve for the key with linear algebra (IND-CPA-D). Only add noise of
 * your own, or pass on a decision, never the numbers themselves.
 * @see Li, Micciancio, "On the Security of Homomorphic Encryption on Approximate Numbers" (2021)
 * @module
 */
import { FheError } from '../errors.ts';
import { remainder } from '../ring/modulus.ts';
import { multiply, multiplyAdd, release } from '../ring/poly.ts';
import type { Ciphertext, Plaintext } from './ciphertext.ts';
import type { Slots } from './embedding.ts';
import { decode } from './encode.ts';
import { constantOf, type MaskedConstant } from './masked-constant.ts';
import { type CkksSecretKey, contextOf, withSecretAt } from './secret.ts';

/**
 * The N/2 slots, with the noise of all that was computed. Never fails once it starts.
 * Cost: L transforms, L^2/2 passes, one complex transform. Timing: no branch or address depends on key or message.
 * @throws {FheError} `wiped-key`, `ring-mismatch`.
 */
export function decrypt(secretKey: CkksSecretKey, ciphertext: Ciphertext): Slots {
  const plaintext = phase(secretKey, ciphertext);
  const slots = decode(plaintext);
  release(plaintext.poly);
  return slots;
}

/** c0 + c1 * s: message and noise together, as a polynomial. The caller wipes it. @throws {FheError} as `decrypt`. */
export function phase<L extends number>(
  secretKey: CkksSecretKey,
  { context, level, scale, c0, c1 }: Ciphertext<L>,
): Plaintext<L> {
  if (contextOf(secretKey) !== context) throw new FheError('ring-mismatch', { id: context.parameters.id });
  const poly = withSecretAt(secretKey, context, level, (s) => multiplyAdd(c0, c1, s));
  return { context, level, scale, poly };
}

/**
 * The masked number, in [0, q): uniform for whoever does not know the mask. It is an exact linear equation on the key
 * all the same, so **add noise before it leaves the device**. Timing: no branch or address depends on the key.
 * @throws {FheError} `wiped-key`, `ring-mismatch`.
 */
export function openConstant(secretKey: CkksSecretKey, { context, level, c0, c1 }: MaskedConstant): number {
  if (contextOf(secretKey) !== context) throw new FheError('ring-mismatch', { id: context.parameters.id });
  const product = withSecretAt(secretKey, context, level, (s) => multiply(c1, s));
  const value = remainder(c0 + constantOf(context, product), c1.ring.moduli[0]!);
  release(product);
  return value;
}
