/**
 * Evaluation keys: what lets a server move a ciphertext from one secret to another. Public.
 * @module
 */
import { FheError } from '../errors.ts';
import { type Poly, release } from '../ring/poly.ts';
import type { Context } from './context.ts';

/**
 * For each digit d a pair (b_d, a_d) modulo q_0 * ... * q_(L-1) * P with b_d + a_d * to = e_d + P * g_d * from, where
 * g_d is 1 modulo the limbs of digit d and 0 modulo all others.
 */
export interface SwitchingKey<Kind extends string = string> {
  readonly context: Context;
  readonly kind: Kind;
  /** Galois element: X -> X^element. 1 in a relinearisation key. */
  readonly element: number;
  /** The highest level that it serves; it serves all lower ones too. */
  readonly level: number;
  /** 32 bytes; every a_d is a function of it. */
  readonly seed: Uint8Array;
  readonly digits: readonly { readonly b: Poly<'eval'>; readonly a: Poly<'eval'> }[];
}

/** from = s^2, to = s. */
export type RelinearisationKey = SwitchingKey<'relinearisation-key'>;

/**
 * from = s, to = s(X^(1/element)): the automorphism is applied after the switch, so that many rotations can share
 * the decomposition of one ciphertext.
 */
export type GaloisKey = SwitchingKey<'galois-key'>;

/** Digit polynomials limb by limb: `b[i][d]` is limb i of b_d, in the order of the key ring of a lower level. */
export interface KeyViews {
  readonly b: readonly (readonly Float64Array[])[];
  readonly a: readonly (readonly Float64Array[])[];
}

const known = new WeakMap<SwitchingKey, Map<number, KeyViews>>();

/** The part of a key that a level uses. @throws {FheError} `wrong-key` when the level is above the key's. */
export function viewsAt(key: SwitchingKey, level: number): KeyViews {
  if (level > key.level) throw new FheError('wrong-key', { level, keyLevel: key.level });
  const views = known.get(key) ?? new Map<number, KeyViews>();
  known.set(key, views);
  const made = views.get(level) ?? makeViews(key, level);
  views.set(level, made);
  return made;
}

function makeViews({ context, level: keyLevel, digits }: SwitchingKey, level: number): KeyViews {
  const { degree, special } = context.parameters;
  const [own, stored] = [context.ring(level).moduli, context.ring(keyLevel).moduli];
  const used = digits.slice(0, context.switchPlan(level).digits.length);
  const { kernel } = context;
  const limb = (x: Float64Array, i: number) => x.subarray(i * degree, (i + 1) * degree);
  const half = (part: 'a' | 'b') => {
    const polys = used.map((digit) => digit[part].residues);
    const limbs = own.map((q, i) =>
      polys.map((x) => {
        if (q === stored[i]) return limb(x, i);
        // One prime of a composite limb has gone: a reduced copy, made once.
        const reduced = kernel.allocate(degree);
        kernel.lift(kernel.basis(degree, [q]), reduced, limb(x, i));
        return reduced;
      }),
    );
    const specials = special.map((_p, j) => polys.map((x) => limb(x, stored.length + j)));
    return [...limbs, ...specials];
  };
  return { b: half('b'), a: half('a') };
}

/**
 * Overwrites a key and gives its memory back, now and not when the garbage collector finds it: for whoever makes or
 * holds many. It must not be used afterwards.
 */
export function releaseKey(key: SwitchingKey): void {
  for (const { a, b } of key.digits) release(a, b);
  known.delete(key);
}
