/**
 * Encryption with the public key: for whoever has no secret key.
 * @module
 */
import { FheError } from '../errors.ts';
import { add, fromIntegers, multiply, type Poly, type Ring, release, toEval, zero } from '../ring/poly.ts';
import { type Randomness, webRandomness } from '../rlwe/randomness.ts';
import { errorPolynomial, ternary } from '../rlwe/samplers.ts';
import type { Ciphertext, Plaintext } from './ciphertext.ts';
import type { Context } from './context.ts';
import { restrict } from './restrict.ts';

/** (b, a) with b + a * s = e at the highest level. Public. */
export interface CkksPublicKey {
  readonly context: Context;
  /** 32 bytes; `a` is a function of it. */
  readonly seed: Uint8Array;
  readonly a: Poly<'eval'>;
  readonly b: Poly<'eval'>;
}

/** Where random bytes come from; absent means a ChaCha20 stream keyed by WebCrypto. For known-answer tests. */
export interface RandomOption {
  readonly random?: Randomness;
}

/**
 * (b v + e0 + m, a v + e1) with v ternary. Noisier than symmetric encryption, and both halves must travel.
 * @throws {FheError} `ring-mismatch`.
 */
export function encryptPublic<L extends number>(
  publicKey: CkksPublicKey,
  plaintext: Plaintext<L>,
  options: RandomOption = {},
): Ciphertext<L> {
  const { context, level, scale, poly } = plaintext;
  const [z0, z1] = encryptedZero(publicKey, context, level, options);
  const c0 = add(z0, poly);
  release(z0);
  return { context, level, scale, c0, c1: z1 };
}

/**
 * The ciphertext plus a fresh encryption of zero, so that c1 no longer tells what was computed. This hides nothing in
 * the noise of c0 + c1 s: whoever decrypts still sees that.
 * @throws {FheError} `ring-mismatch`.
 */
export function rerandomise<L extends number>(
  publicKey: CkksPublicKey,
  ciphertext: Ciphertext<L>,
  options: RandomOption = {},
): Ciphertext<L> {
  const { context, level, scale } = ciphertext;
  const [z0, z1] = encryptedZero(publicKey, context, level, options);
  const out = { context, level, scale, c0: add(ciphertext.c0, z0), c1: add(ciphertext.c1, z1) };
  release(z0, z1);
  return out;
}

/** From the stream: v, e0, e1. Wipes all three. */
function encryptedZero(
  { context: own, a, b }: CkksPublicKey,
  context: Context,
  level: number,
  options: RandomOption,
): [Poly<'eval'>, Poly<'eval'>] {
  if (own !== context) throw new FheError('ring-mismatch', { id: context.parameters.id });
  const random = options.random ?? webRandomness();
  const ring = context.ring(level);
  const v = toEval(secretIntegers(ring, ternary(random, ring.degree)));
  const half = (key: Poly<'eval'>) => {
    const restricted = zero(ring, 'eval');
    restrict(ring, key.ring, restricted.residues, key.residues);
    const product = multiply(restricted, v);
    release(restricted);
    const error = toEval(secretIntegers(ring, errorPolynomial(random, context.parameters)));
    const out = add(product, error);
    release(product, error);
    return out;
  };
  const pair: [Poly<'eval'>, Poly<'eval'>] = [half(b), half(a)];
  release(v);
  return pair;
}

function secretIntegers(ring: Ring, integers: Float64Array): Poly<'coeff'> {
  const poly = fromIntegers(ring, integers);
  integers.fill(0);
  return poly;
}
