/**
 * The device's signatures of an encrypted-image check. What is signed is made in `src/image/client`.
 * @module
 */
import type { Bytes } from '../wire/bytes.ts';
import {
  encodeSignedMessage,
  type ImageCeremony,
  imageAnswerTranscript,
  imageProbeTranscript,
} from '../wire/image.ts';
import { type DeviceKey, signTranscript } from './device-key.ts';

type Signer = Pick<DeviceKey, 'privateKey'>;

/** The body of `POST /v1/image-checks/:id/images/:index`. @param image from `image.encryptImage`. */
export async function signImage(
  ceremony: ImageCeremony,
  { privateKey }: Signer,
  index: number,
  image: Uint8Array,
): Promise<Bytes> {
  const signature = await signTranscript(privateKey, imageProbeTranscript(ceremony, index, image));
  return encodeSignedMessage({ signature, message: image });
}

/**
 * The body of `POST /v1/image-checks/:id/answer`.
 * @param exchange the SHA-256 of every image message that was sent, by index, and of the masked answer as it arrived.
 * @param opened from `image.openMaskedAnswer`.
 */
export async function signImageAnswer(
  ceremony: ImageCeremony,
  { privateKey }: Signer,
  exchange: { readonly imageHashes: readonly Uint8Array[]; readonly messageHash: Uint8Array },
  opened: Uint8Array,
): Promise<Bytes> {
  const signature = await signTranscript(privateKey, imageAnswerTranscript(ceremony, exchange, opened));
  return encodeSignedMessage({ signature, message: opened });
}
