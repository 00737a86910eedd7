/**
 * The security table, and the fingerprint that binds a parameter set's name to its numbers. Both schemes use them.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { FheError } from './errors.ts';

/**
 * Largest log2(QP) for 128-bit classical security with a ternary secret, by ring degree.
 * 2024: Bossuat et al., "Security Guidelines for Implementing Homomorphic Encryption" (eprint 2024/463), the
 * default. 2018: Albrecht et al., "Homomorphic Encryption Security Standard" (HomomorphicEncryption.org), only
 * for comparisons with libraries that still use it.
 */
const largestModulusBits = {
  '2024': { 2048: 53, 4096: 106, 8192: 214, 16384: 430, 32768: 868 },
  '2018': { 2048: 54, 4096: 109, 8192: 218, 16384: 438, 32768: 881 },
} as const satisfies Record<string, Record<number, number>>;

/** Which table. A literal that says nothing gets 2024. */
export type Security = keyof typeof largestModulusBits;

/**
 * @param modulusBits log2 of the product of all moduli that a key lives in, special primes included.
 * @throws {FheError} `insecure-parameters` when it exceeds the table, or the degree has no row there.
 */
export function requireSecure(id: string, degree: number, modulusBits: number, security: Security): void {
  const limits: Record<number, number> = largestModulusBits[security] ?? {};
  const limit = limits[degree];
  if (limit === undefined || !(modulusBits <= limit)) {
    throw new FheError('insecure-parameters', { id, degree, modulusBits, limit: limit ?? 0, security });
  }
}

/**
 * The first 8 bytes of SHA-256 over the parts, separated by spaces, as 16 hex digits: what a wire header carries.
 * Two parameter sets with one name but other numbers refuse each other's bytes.
 */
export function fingerprintOf(parts: readonly (string | number)[]): string {
  return bytesToHex(sha256(utf8ToBytes(parts.join(' '))).subarray(0, 8));
}
