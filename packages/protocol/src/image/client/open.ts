/**
 * The device's answer to a masked result: integers that are uniform for it, opened and blurred.
 * @module
 */
import { ckks } from '@blindsight/fhe/client';
import { type Randomness, webRandomness } from '@blindsight/fhe/params';
import type { Bytes } from '../../wire/bytes.ts';
import { ProtocolError } from '../../wire/errors.ts';
import { noisePairs } from '../budget.ts';
import { answerLevel } from '../parameters.ts';
import { decodeMaskedAnswer, encodeOpenedAnswer } from '../wire.ts';

/**
 * Opens every value and adds fresh noise (`budget.ts`), so that no answer is an exact linear equation on the key.
 * @param message from the server. @param count values it must hold.
 * @throws {ProtocolError} a codec code; `reply-refused` for values the engine does not accept.
 */
export function openMaskedAnswer(
  secretKey: ckks.CkksSecretKey,
  context: ckks.Context,
  message: Uint8Array,
  count: number,
  options: ckks.RandomOption = {},
): Bytes {
  const length = ckks.maskedConstantLength(context, answerLevel);
  const { values } = decodeMaskedAnswer(message, count, length);
  const random = options.random ?? webRandomness();
  const q = ckks.constantModulus(context, answerLevel);
  // All are parsed before any is opened.
  const parsed = values.map((bytes) => {
    try {
      return ckks.parseMaskedConstant(context, bytes, answerLevel);
    } catch (cause) {
      throw new ProtocolError('reply-refused', { cause });
    }
  });
  const opened = parsed.map((value) => {
    const noisy = ckks.openConstant(secretKey, value) + noise(random) + q;
    ckks.release(value);
    return noisy - Math.floor(noisy / q) * q;
  });
  return encodeOpenedAnswer(opened);
}

/** Heads in `noisePairs` coins minus heads in as many others: variance noisePairs / 2, no branch on the coins. */
export function noise(random: Randomness): number {
  const words = random.words((2 * noisePairs) / 32);
  let difference = 0;
  for (let k = 0; k < words.length; k += 2) difference += ones(words[k]!) - ones(words[k + 1]!);
  words.fill(0);
  return difference;
}

function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x5555_5555);
  v = (v & 0x3333_3333) + ((v >>> 2) & 0x3333_3333);
  v = (v + (v >>> 4)) & 0x0f0f_0f0f;
  return Math.imul(v, 0x0101_0101) >>> 24;
}
