/**
 * From the three parts of a product back to a ciphertext.
 * @module
 */
import { FheError } from '../errors.ts';
import { rescaled } from './arithmetic.ts';
import type { Ciphertext, Operand, Product } from './ciphertext.ts';
import type { Below, Rescalable } from './level.ts';
import { applyKey, decompose } from './switch.ts';
import type { RelinearisationKey } from './switching-key.ts';

/**
 * The same message as a ciphertext of two parts; level and scale stay.
 * @throws {FheError} `ring-mismatch`; `wrong-key` when the key was made for a lower level.
 */
export function relinearise<L extends number>(product: Product<L>, key: RelinearisationKey): Ciphertext<L> {
  const { context, level, scale, d0, d1, d2 } = product;
  requireKey(context, key);
  const [c0, c1] = applyKey(context, decompose(context, level, d2), key, { rescale: 0, plus: [d0, d1] });
  return { context, level, scale, c0, c1 };
}

/**
 * `rescale(relinearise(product, key))` with one division instead of two: fewer transforms, one rounding less.
 * @throws {FheError} as `relinearise` and `rescale`.
 */
export function relineariseRescale<L extends number>(
  product: Product<L> & Operand<Rescalable<L>>,
  key: RelinearisationKey,
): Ciphertext<Below<L>> {
  const { context, level, d0, d1, d2 } = product;
  requireKey(context, key);
  if (level < 2) throw new FheError('level-mismatch', { level });
  const scale = rescaled(product);
  const [c0, c1] = applyKey(context, decompose(context, level, d2), key, { rescale: 1, plus: [d0, d1] });
  return { context, level: (level - 1) as Below<L>, scale, c0, c1 };
}

function requireKey(context: Operand['context'], key: RelinearisationKey): void {
  if (key.context !== context) throw new FheError('ring-mismatch', { id: context.parameters.id });
  if (key.kind !== 'relinearisation-key') throw new FheError('wrong-key', { kind: key.kind });
}
