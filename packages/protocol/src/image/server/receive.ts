/**
 * What a device sends, parsed: an encrypted image. Refusals store nothing and cost little.
 * @module
 */
import { ckks } from '@blindsight/fhe/evaluate';
import { ProtocolError } from '../../wire/errors.ts';
import { freshLevel, type ImageParameters, taps } from '../parameters.ts';
import { decodeImage } from '../wire.ts';
import type { EncryptedImage } from './evaluate.ts';

/** Bytes of an image message. */
export function imageMessageLength(context: ckks.Context, set: ImageParameters): number {
  return 2 + ciphertextsOf(set) * ckks.seededCiphertextLength(context, freshLevel(set));
}

/**
 * @throws {ProtocolError} a codec code; `image-refused` for ciphertexts of another parameter set, level or scale, or
 *   with a residue out of range.
 */
export function parseImage(context: ckks.Context, set: ImageParameters, message: Uint8Array): EncryptedImage {
  const level = freshLevel(set);
  const length = ckks.seededCiphertextLength(context, level);
  const ciphertexts: ckks.Ciphertext[] = [];
  // What was parsed before the refusal would stay in memory that the next picture needs.
  const refuse = (more: ConstructorParameters<typeof ProtocolError>[1]) => {
    ckks.release(...ciphertexts);
    return new ProtocolError('image-refused', more);
  };
  for (const bytes of decodeImage(message, ciphertextsOf(set), length)) {
    try {
      ciphertexts.push(ckks.parseSeededCiphertext(context, bytes, level));
    } catch (cause) {
      throw refuse({ cause });
    }
    if (ciphertexts.at(-1)!.scale !== set.ring.scale) throw refuse({ details: { field: 'scale' } });
  }
  return Array.from({ length: taps / set.block }, (_, b) =>
    ciphertexts.slice(b * set.preRotations, (b + 1) * set.preRotations),
  );
}

/** Gives the memory of an image back. */
export function releaseImage(image: EncryptedImage): void {
  ckks.release(...image.flat());
}

function ciphertextsOf({ block, preRotations }: ImageParameters): number {
  return (taps / block) * preRotations;
}
