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
 * @param chip [3][112][112], planes R G B from 0 to 255, aligned. The caller wipes it.
 * @param options.random for known-answer tests only.
 */
export function encryptImage(
  secretKey: ckks.CkksSecretKey,
  context: ckks.Context,
  set: ImageParameters,
  chip: ArrayLike<number>,
  options: ckks.RandomOption = {},
): Bytes {
  const input = frontEnd(chip, set.block);
  const ciphertexts = packTaps(set, input).map((slots) => {
    const plaintext = ckks.encode(context, slots);
    const bytes = ckks.encryptSeeded(secretKey, plaintext, options);
    ckks.release(plaintext);
    slots.fill(0);
    return bytes;
  });
  input.fill(0);
  return encodeImage(ciphertexts);
}

/**
 * Slots of every ciphertext of an image, in the order of the message: each block of taps comes once for each baby step
 * of the first layer, already rotated by it.
 * @param input by block, then slot.
 */
export function packTaps(set: ImageParameters, input: Float64Array): Float64Array[] {
  const { babies } = layerPlans(set)[0]!;
  const slots = positions * set.block;
  return Array.from({ length: taps / set.block }, (_, b) => {
    const ring = input.subarray(b * slots, (b + 1) * slots);
    return babies.map((turn) => Float64Array.from(ring, (_, s) => ring[(s + turn) % slots]!));
  }).flat();
}
