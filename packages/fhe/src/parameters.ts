/**
 * Parameters in two steps: a literal that a person writes, and the checked immutable object made from it.
 * Everything else in the package takes the checked object, so no rule is tested twice.
 * @module
 */
import { FheError } from './errors.ts';
import { type Modulus, modulus } from './ring/modulus.ts';
import { fingerprintOf, requireSecure, type Security } from './security.ts';

/** What a person writes. `parameters` turns it into what the code uses. */
export interface ParameterLiteral {
  /** Stable name with a version after the slash; a change of any number needs another one. */
  readonly id: string;
  /** N, a power of two. Unit: coefficients. */
  readonly degree: number;
  /** p, an odd prime. */
  readonly plaintextModulus: number;
  /** q_0..q_(L-1). A modulus switch drops the first limb; the last one stays to the end. */
  readonly moduli: readonly number[];
  /** A fresh error polynomial has Euclidean norm at most this; drawn again otherwise. */
  readonly errorNorm: number;
  /** Masks are hidden under p * E, E uniform in [-2^floodBits, 2^floodBits). */
  readonly floodBits: number;
  readonly security?: Security;
}

declare const checked: unique symbol;

/** Checked by `parameters`; frozen. */
export interface Parameters extends Omit<ParameterLiteral, 'moduli' | 'security'> {
  readonly [checked]: true;
  readonly moduli: readonly Modulus[];
  readonly security: Security;
  /** log2 of the product of the moduli. */
  readonly modulusBits: number;
  /** The first 8 bytes of SHA-256 over id and numbers, as 16 hex digits: what a wire header carries. */
  readonly fingerprint: string;
}

/**
 * The only constructor of `Parameters`.
 * @throws {FheError} `bad-parameters`, `bad-modulus`, or `insecure-parameters` when log2(Q) exceeds the table.
 */
export function parameters(literal: ParameterLiteral): Parameters {
  const { id, degree, plaintextModulus, errorNorm, floodBits, security = '2024' } = literal;
  const moduli = literal.moduli.map((q) => modulus(q, degree));
  const modulusBits = moduli.reduce((bits, q) => bits + Math.log2(q), 0);
  const rule = (holds: boolean, name: string) => {
    if (!holds) throw new FheError('bad-parameters', { id, rule: name });
  };

  requireSecure(id, degree, modulusBits, security);
  rule(moduli.length > 0 && new Set(moduli).size === moduli.length, 'moduli distinct');
  // q_i = 1 (mod p) makes a modulus switch leave the message as it is.
  rule(plaintextModulus > 2 && plaintextModulus % 2 === 1 && plaintextModulus < 2 ** 17, 'p odd, below 2^17');
  rule(
    moduli.every((q) => q % plaintextModulus === 1),
    'q_i = 1 mod p',
  );
  rule(errorNorm > 0 && Number.isFinite(errorNorm), 'error norm positive');
  // The flooded phase p * 2^floodBits must stay below Q/2 with room for everything else.
  rule(Number.isInteger(floodBits) && floodBits > 0, 'flood bits a positive integer');
  rule(Math.log2(plaintextModulus) + floodBits + 0.5 < modulusBits - 1, 'flood below Q/2');

  return Object.freeze({
    id,
    degree,
    plaintextModulus,
    moduli: Object.freeze(moduli),
    errorNorm,
    floodBits,
    security,
    modulusBits,
    fingerprint: fingerprintOf([id, degree, plaintextModulus, moduli.join('*'), errorNorm, floodBits]),
  }) as Parameters;
}

/**
 * Sealed sign-in: N = 4096, 105.78 bits, p = 65537, three limbs = 1 (mod 2^13 * 65537).
 * Error norm 1.2 * 3.2 * sqrt(4096); flooding 2^88. The noise table is in `bgv/noise.ts`.
 */
export const sealedSignIn: Parameters = parameters({
  id: 'bgv-4096-106-65537/1',
  degree: 4096,
  plaintextModulus: 65_537,
  moduli: [37_044_658_177, 37_581_537_281, 49_929_756_673],
  errorNorm: 1.2 * 3.2 * 64,
  floodBits: 88,
});
