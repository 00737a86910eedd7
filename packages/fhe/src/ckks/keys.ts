/**
 * Key generation: secret, public, relinearisation and Galois keys, each a function of a seed.
 * @module
 */
import { automorphism } from '../ring/automorphism.ts';
import { fromIntegers, multiply, type Poly, release, subtract, toEval } from '../ring/poly.ts';
import { expandUniform } from '../rlwe/expand.ts';
import { type Randomness, seededRandomness } from '../rlwe/randomness.ts';
import { errorPolynomial, ternary } from '../rlwe/samplers.ts';
import { secretKey as makeSecretKey } from '../rlwe/secret-key.ts';
import type { Context } from './context.ts';
import { galoisElement, inverseElement } from './galois.ts';
import type { CkksPublicKey } from './public-key.ts';
import { bind, type CkksSecretKey, contextOf, secretInKeyRing, withSecretAt } from './secret.ts';
import type { GaloisKey, RelinearisationKey, SwitchingKey } from './switching-key.ts';

export interface CkksKeyPair<L extends number = number> {
  readonly secretKey: CkksSecretKey<L>;
  readonly publicKey: CkksPublicKey;
}

/** Which ciphertexts an evaluation key will serve. */
export interface KeyOptions {
  /** The highest level; default: all limbs. A lower one makes a smaller key. */
  readonly level?: number;
}

/**
 * Secret and public key, as a function of the seed alone: the same seed gives the same bytes on every machine.
 * From `seededRandomness(seed, "blindsight/fhe/ckks-keys/1 ID")`, in this order: the secret (ternary), the 32-byte
 * seed of the uniform half, the error.
 * @param seed 32 uniformly random bytes; the caller wipes them. Evaluation keys may use the same seed.
 * @throws {FheError} `bad-seed`.
 */
export function generateKeys<L extends number>(context: Context<L>, seed: Uint8Array): CkksKeyPair<L> {
  const { parameters } = context;
  const random = seededRandomness(seed, `blindsight/fhe/ckks-keys/1 ${parameters.id}`);
  const coefficients = ternary(random, parameters.degree);
  const poly = toEval(fromIntegers(context.keyRing(parameters.levels), coefficients));
  const secretKey = makeSecretKey(parameters, coefficients, poly);
  bind(secretKey, context);

  const publicSeed = seedFrom(random);
  const ring = context.ring(parameters.levels);
  const a = expandUniform(ring, parameters, 'public-key', publicSeed);
  const b = withSecretAt(secretKey, context, parameters.levels, (s) => zeroSample(context, random, a, s));
  return { secretKey, publicKey: { context, seed: publicSeed, a, b } };
}

/**
 * The key that makes a ciphertext of a product.
 * @param seed 32 secret uniformly random bytes; the purpose in the derivation keeps uses of one seed apart.
 * @throws {FheError} `bad-seed`, `wiped-key`, `level-mismatch`.
 */
export function relinearisationKey(
  secretKey: CkksSecretKey,
  seed: Uint8Array,
  options: KeyOptions = {},
): RelinearisationKey {
  const context = contextOf(secretKey);
  const level = options.level ?? context.parameters.levels;
  const to = secretInKeyRing(secretKey, context, level);
  const from = multiply(to, to);
  return switchingKey(context, { kind: 'relinearisation-key', element: 1, level, from, to }, seed);
}

/** The key for `rotate` by so many steps. @throws {FheError} as `relinearisationKey`. */
export function rotationKey(
  secretKey: CkksSecretKey,
  seed: Uint8Array,
  steps: number,
  options: KeyOptions = {},
): GaloisKey {
  const element = galoisElement(contextOf(secretKey).parameters.degree, steps);
  return galoisKey(secretKey, seed, element, options);
}

/** The key for `conjugate`. @throws {FheError} as `relinearisationKey`. */
export function conjugationKey(
  secretKey: CkksSecretKey,
  seed: Uint8Array,
  options: KeyOptions = {},
): GaloisKey {
  return galoisKey(secretKey, seed, 2 * contextOf(secretKey).parameters.degree - 1, options);
}

function galoisKey(
  secretKey: CkksSecretKey,
  seed: Uint8Array,
  element: number,
  options: KeyOptions,
): GaloisKey {
  const context = contextOf(secretKey);
  const level = options.level ?? context.parameters.levels;
  const from = secretInKeyRing(secretKey, context, level);
  const to = automorphism(from, inverseElement(context.parameters.degree, element));
  return switchingKey(context, { kind: 'galois-key', element, level, from, to }, seed);
}

interface Switch<Kind extends string> {
  readonly kind: Kind;
  readonly element: number;
  readonly level: number;
  readonly from: Poly<'eval'>;
  readonly to: Poly<'eval'>;
}

/**
 * From `seededRandomness(seed, "blindsight/fhe/switch/1 ID KIND ELEMENT LEVEL")`: the 32-byte seed of all a_d, then
 * the errors e_0, e_1, ... Wipes `from` and `to`.
 */
function switchingKey<Kind extends string>(
  context: Context,
  { kind, element, level, from, to }: Switch<Kind>,
  seed: Uint8Array,
): SwitchingKey<Kind> {
  const { parameters, kernel } = context;
  const { degree, id } = parameters;
  const ring = context.keyRing(level);
  const plan = context.switchPlan(level);
  const product = context.specialProduct(level);
  const random = seededRandomness(seed, `blindsight/fhe/switch/1 ${id} ${kind} ${element} ${level}`);
  const publicSeed = seedFrom(random);

  const digits = plan.digits.map(({ start, end }, d) => {
    const a = expandUniform(ring, parameters, `switch ${d}`, publicSeed);
    const b = zeroSample(context, random, a, to);
    for (let i = start; i < end; i++) {
      const limb = (x: Float64Array) => x.subarray(i * degree, (i + 1) * degree);
      kernel.multiplyAdd(plan.limbs[i]!, limb(b.residues), limb(from.residues), limb(product));
    }
    return { a, b };
  });
  if (from !== to) release(from);
  release(to);
  return { context, kind, element, level, seed: publicSeed, digits };
}

/** e - a * s with a fresh error e. */
function zeroSample(
  { parameters }: Context,
  random: Randomness,
  a: Poly<'eval'>,
  s: Poly<'eval'>,
): Poly<'eval'> {
  const integers = errorPolynomial(random, parameters);
  const error = toEval(fromIntegers(a.ring, integers));
  integers.fill(0);
  const product = multiply(a, s);
  const out = subtract(error, product);
  release(error, product);
  return out;
}

function seedFrom(random: Randomness): Uint8Array {
  return new Uint8Array(random.words(8).buffer, 0, 32).slice();
}
