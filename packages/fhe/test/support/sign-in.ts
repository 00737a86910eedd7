/** One sealed sign-in at full size, as the protocol page fixes it, for tests and benchmarks of the engine. */
import type { Randomness } from '../../src/rlwe/randomness.ts';
import { integersIn } from './exact.ts';

export const digits = 512;
export const blocks = 8;
export const p = 65_537;
export const positions = Array.from({ length: blocks }, (_, l) => digits * l + digits - 1);

export interface Inputs {
  /** int4 digits, 512 of them, then zeros: N message coefficients. */
  readonly message: Int32Array;
  /** 512 signs. */
  readonly signs: readonly number[];
  /** 8 non-zero multipliers in [1, p). */
  readonly alphas: readonly number[];
  /** 8 masks in [0, p). */
  readonly masks: readonly number[];
}

export function drawInputs(random: Randomness): Inputs {
  const message = new Int32Array(4096);
  message.set(integersIn(random, -7, 7, digits));
  return {
    message,
    signs: integersIn(random, 0, 1, digits).map((bit) => 2 * bit - 1),
    alphas: integersIn(random, 1, p - 1, blocks),
    masks: integersIn(random, 0, p - 1, blocks),
  };
}

/** M(X) = sum_l alpha_l sum_i b_i X^(512 l + 511 - i), coefficients centred modulo p. */
export function multiplier({ alphas, signs }: Pick<Inputs, 'alphas' | 'signs'>): Int32Array {
  const out = new Int32Array(digits * blocks);
  for (const [l, alpha] of alphas.entries()) {
    for (const [i, sign] of signs.entries()) {
      const x = (((alpha * sign) % p) + p) % p;
      out[digits * l + digits - 1 - i] = x > p / 2 ? x - p : x;
    }
  }
  return out;
}

/** alpha_l * <t, b> + m_l modulo p: what the reply must open to. */
export function expected({ message, signs, alphas, masks }: Inputs): number[] {
  const score = signs.reduce((sum, sign, i) => sum + sign * message[i]!, 0);
  return alphas.map((alpha, l) => (((alpha * score + masks[l]!) % p) + p) % p);
}
