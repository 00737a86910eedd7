/**
 * An image as ciphertexts: the taps of every position, laid out as slots and turned as the first layer wants them.
 * @module
 */
import { ckks } from '@blindsight/fhe/client';
import type { Bytes } from '../../wire/bytes.ts';
import { frontEnd } from '../front-end.ts';
import { type ImageParameters, positions, taps } from '../parameters.ts';
import { layerPlans } from '../plan.ts';
import { encodeImage } from '../wire.ts';

/**
 * The image message: for each block of taps one fresh seeded encryption for each pre-rotation.
 * 4.1 MB for RingFace-64, 30 ms of one thread for each of its six ciphertexts.
 * @param crop [64][64][3], RGB from 0 to 255. The caller wipes it.
 * @param options.random for known-answer tests only.
 */
export function encryptImage(
  secretKey: ckks.CkksSecretKey,
  context: ckks.Context,
  set: ImageParameters,
  crop: ArrayLike<number>,
  options: ckks.RandomOption = {},
): Bytes {
  const values = frontEnd(crop);
  const ciphertexts = packTaps(set, values).map((slots) => {
    const plaintext = ckks.encode(context, slots);
    const bytes = ckks.encryptSeeded(secretKey, plaintext, options);
    ckks.release(plaintext);
    slots.fill(0);
    return bytes;
  });
  values.fill(0);
  return encodeImage(ciphertexts);
}

/**
 * Slots of every ciphertext of an image, in the order of the message: slot position * B + u of block b holds tap
 * b B + u, and each block comes once for each baby step of the first layer, already rotated by it.
 * @param values [96][256].
 */
export function packTaps(set: ImageParameters, values: Float64Array): Float64Array[] {
  const { block } = set;
  const { babies } = layerPlans(set)[0]!;
  const slots = positions * block;
  return Array.from({ length: taps / block }, (_, b) =>
    babies.map((turn) =>
      Float64Array.from({ length: slots }, (_, s) => {
        const from = (s + turn) % slots;
        return values[(b * block + (from % block)) * positions + Math.floor(from / block)]!;
      }),
    ),
  ).flat();
}
