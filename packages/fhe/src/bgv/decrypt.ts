/**
 * Opening a reply at the coefficients it carries.
 * @module
 */
import { FheError } from '../errors.ts';
import { remainder } from '../ring/modulus.ts';
import type { MaskedCiphertext } from '../rlwe/masked.ts';
import { requireLive, type SecretKey } from '../rlwe/secret-key.ts';

/**
 * The plaintext coefficients at the carried positions, each in [0, p), in the order of the positions.
 * Never fails once it starts and never says how large the noise was: no check after decryption may have an effect.
 *
 * (c1 * s) at k is sum_{i<=k} c1_i s_(k-i) - sum_{i>k} c1_i s_(N+k-i): with s in {-1, 0, 1} and c1 below 2^36 at most
 * 2^36 * 2^12 = 2^48, so plain doubles add it up exactly and no transform is needed for a few coefficients.
 * Cost: N multiplications by -1, 0 or 1 for each position. Timing: no branch or address depends on key or phase.
 * @throws {FheError} `wiped-key`; `ring-mismatch` when key and reply have other parameters.
 */
export function decryptCoefficients(secretKey: SecretKey, masked: MaskedCiphertext): number[] {
  requireLive(secretKey);
  const { parameters, coefficients: s } = secretKey;
  if (masked.parameters !== parameters) throw new FheError('ring-mismatch');
  const { degree, plaintextModulus } = parameters;
  const q = parameters.moduli.at(-1)!;

  return masked.positions.map((k, index) => {
    let sum = masked.c0[index]!;
    for (let i = 0; i <= k; i++) sum += masked.c1[i]! * s[k - i]!;
    for (let i = k + 1; i < degree; i++) sum -= masked.c1[i]! * s[degree + k - i]!;
    return modPlaintext(centred(sum, q), plaintextModulus);
  });
}

/** The representative nearest zero of an integer below 2^51 in size; q is odd, so there are no ties. */
function centred(x: number, q: number): number {
  return x - Math.floor(x / q + 0.5) * q;
}

/** x mod p in [0, p), for |x| <= p * 2^35: moved up by a multiple of p, because `remainder` takes no negative. */
function modPlaintext(x: number, p: number): number {
  return remainder(x + p * 2 ** 35, p);
}
