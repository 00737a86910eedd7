/**
 * Rotations of the slots and complex conjugation: automorphisms X -> X^g followed back to the old secret by a key.
 * @module
 */
import { FheError } from '../errors.ts';
import { automorphismTarget } from '../ring/automorphism.ts';
import type { Ciphertext } from './ciphertext.ts';
import type { Context } from './context.ts';
import { galoisElement } from './galois.ts';
import { applyKey, type Decomposition, decompose } from './switch.ts';
import type { GaloisKey } from './switching-key.ts';

/**
 * Slot k of the result is slot k + steps (modulo N/2) of the operand. The key is the one for `steps`.
 * Cost: one key switch.
 * @param steps any integer. @throws {FheError} `ring-mismatch`; `wrong-key` for a key of other steps or a lower level.
 */
export function rotate<L extends number>(a: Ciphertext<L>, steps: number, key: GaloisKey): Ciphertext<L> {
  return rotateHoisted(a, [{ steps, key }])[0]!;
}

/** Slot by slot the complex conjugate. @throws {FheError} `ring-mismatch`, `wrong-key`. */
export function conjugate<L extends number>(a: Ciphertext<L>, key: GaloisKey): Ciphertext<L> {
  requireKey(a.context, key, 2 * a.context.parameters.degree - 1);
  return switched(a, decompose(a.context, a.level, a.c1), key);
}

/**
 * Several rotations of one ciphertext: the digits are cut once, which is most of the work of the first rotation.
 * Cost of each further one: 2 (L + K) transforms and the products.
 * @throws {FheError} as `rotate`.
 */
export function rotateHoisted<L extends number>(
  a: Ciphertext<L>,
  turns: readonly { readonly steps: number; readonly key: GaloisKey }[],
): Ciphertext<L>[] {
  for (const { steps, key } of turns) {
    requireKey(a.context, key, galoisElement(a.context.parameters.degree, steps));
  }
  const digits = decompose(a.context, a.level, a.c1);
  return turns.map(({ key }) => switched(a, digits, key));
}

function switched<L extends number>(a: Ciphertext<L>, digits: Decomposition, key: GaloisKey): Ciphertext<L> {
  const { context, level, scale } = a;
  const target = automorphismTarget(context.parameters.degree, key.element);
  const [c0, c1] = applyKey(context, digits, key, { rescale: 0, plus: [a.c0], target });
  return { context, level, scale, c0, c1 };
}

function requireKey(context: Context, key: GaloisKey, element: number): void {
  if (key.context !== context) throw new FheError('ring-mismatch', { id: context.parameters.id });
  if (key.kind !== 'galois-key' || key.element !== element) {
    throw new FheError('wrong-key', { kind: key.kind, element: key.element, wanted: element });
  }
}
