/**
 * Mask and MAC: how a server that cannot decrypt learns two inner products, and the device that can learns nothing.
 *
 * For each value v the device gets v + R0, a1 v + R1, a2 v + R2, the R uniform modulo q, the a secret multipliers. Each
 * is re-randomised, and of c0 only the masked constant coefficient travels: what the device sees is uniform, whatever
 * ciphertexts the values were computed from. It returns what it opened, with noise; the server takes the masks off and
 * checks both relations, so a device that shifts v has to guess the multipliers.
 * @module
 */
import { ckks } from '@blindsight/fhe/evaluate';
import { type Randomness, seededRandomness } from '@blindsight/fhe/params';
import type { Bytes } from '../../wire/bytes.ts';
import { ProtocolError } from '../../wire/errors.ts';
import { sha256 } from '../../wire/ids.ts';
import { answerModulus, tolerance, unit } from '../budget.ts';
import type { ImageParameters } from '../parameters.ts';
import { decodeOpenedAnswer, encodeMaskedAnswer } from '../wire.ts';
import type { ImageKeys } from './keys.ts';

/** Openings of one value: plain, and with each of two multipliers. */
const openings = 3;

interface Mask {
  /** 1, then the secret multipliers. */
  readonly multiplier: number;
  readonly mask: number;
}

/**
 * The message for the device.
 * @param pairs what is opened: the inner product of each pair of embeddings (or of an embedding and a template).
 * @param seed 32 secret bytes of this exchange: all randomness of the message is a function of it. Kept until the
 *   answer; its hash in the message commits to it, so that the evaluation can be computed again.
 */
export function maskInnerProducts(
  set: ImageParameters,
  keys: ImageKeys,
  pairs: readonly (readonly [ckks.Ciphertext, ckks.Ciphertext])[],
  seed: Uint8Array,
): Bytes {
  const masks = drawMasks(set, pairs.length, seed);
  const random = seededRandomness(seed, 'blindsight/image/zeros/1');
  const values = pairs.flatMap(([a, b], i) => {
    const product = ckks.multiply(a, b);
    const value = ckks.relinearise(product, keys.relinearisation);
    ckks.release(product);
    const masked = masks[i]!.map((mask) => maskedValue(keys, value, mask, random));
    ckks.release(value);
    return masked;
  });
  return encodeMaskedAnswer({ commitment: sha256(seed), values });
}

function maskedValue(
  { publicKey }: ImageKeys,
  value: ckks.Ciphertext,
  { multiplier, mask }: Mask,
  random: Randomness,
): Uint8Array {
  const multiplied = ckks.multiplyInteger(value, multiplier);
  // Before the division, which makes the noise of this encryption of zero vanish beside its own rounding.
  const fresh = ckks.rerandomise(publicKey, multiplied, { random });
  const small = ckks.rescale(fresh);
  const bytes = ckks.serializeMaskedConstant(ckks.maskConstant(small, mask));
  ckks.release(multiplied, fresh, small);
  return bytes;
}

/**
 * The inner products, from what the device opened. Numbers for one decision: never stored, logged or returned.
 * @param count pairs of the exchange. @param seed of the same exchange.
 * @throws {ProtocolError} a codec code; `image-answer-refused` when a relation does not hold.
 */
export function unmaskInnerProducts(
  set: ImageParameters,
  count: number,
  seed: Uint8Array,
  message: Uint8Array,
): number[] {
  const q = answerModulus(set);
  const answers = decodeOpenedAnswer(message, openings * count, q);
  return drawMasks(set, count, seed).map((masks, i) => {
    const opened = masks.map(({ mask }, k) => centred(answers[openings * i + k]! - mask, q));
    const consistent = masks.every(
      ({ multiplier }, k) =>
        Math.abs(opened[k]! - multiplier * opened[0]!) <= tolerance(set) * (multiplier + 1),
    );
    if (!consistent) throw new ProtocolError('image-answer-refused');
    return opened[0]! / unit(set);
  });
}

/** For each value three masks uniform in [0, q) and two multipliers uniform in [1, 2^bits): a function of the seed. */
export function drawMasks(set: ImageParameters, count: number, seed: Uint8Array): Mask[][] {
  const random = seededRandomness(seed, 'blindsight/image/masks/1');
  const q = answerModulus(set);
  const bound = 2 ** set.multiplierBits;
  return Array.from({ length: count }, () =>
    Array.from({ length: openings }, (_, k) => ({
      multiplier: k === 0 ? 1 : uniform(random, bound - 1) + 1,
      mask: uniform(random, q),
    })),
  );
}

/** Uniform in [0, bound), bound at most 2^48, by rejection. */
function uniform(random: Randomness, bound: number): number {
  const limit = Math.floor(2 ** 48 / bound) * bound;
  for (;;) {
    const [low, high] = random.words(2) as unknown as [number, number];
    const value = (high & 0xffff) * 2 ** 32 + low;
    if (value < limit) return value % bound;
  }
}

/** The representative nearest zero. */
function centred(x: number, q: number): number {
  const r = ((x % q) + q) % q;
  return r > q / 2 ? r - q : r;
}
