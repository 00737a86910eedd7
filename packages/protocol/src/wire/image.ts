/**
 * What a device sends in an encrypted-image check (docs/ENCRYPTED-IMAGE.md): its signature, and one of the messages of
 * `src/image/wire.ts`, which is opaque here.
 *
 *     signed image    u8 version, signature (64), image message
 *     signed answer   u8 version, signature (64), opened answer message
 * @module
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { ImageChallenge } from './api.ts';
import { fromBase64url } from './base64url.ts';
import { type Bytes, Reader, Writer } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { sha256 } from './ids.ts';
import { sizes } from './parameters.ts';
import type { CeremonyContext, ImageAnswerTranscript, ImageProbeTranscript } from './transcript.ts';

export const signedImageVersion = 1;

/** Upper limits in bytes. */
export const imageLimits = Object.freeze({
  keyManifest: 20 * 1024,
  chunk: 512 * 1024,
  signedImage: 8 * 1024 * 1024,
  signedAnswer: 512,
});

/** What the device knows without the message. */
export interface OwnImageView {
  /** The origin the page *is* on. */
  readonly origin: string;
  readonly accountId: string;
  readonly deviceId: string;
}

/**
 * The image check as this device agrees to it.
 * @throws {ProtocolError} `policy-refused` for another origin, account or device than its own; `malformed-message`.
 */
export function imageCheckContext(challenge: ImageChallenge, own: OwnImageView): CeremonyContext {
  const { imageCheckId, kind, set, network, nonce, expiresAt, accountId, deviceId, clientId, origin } =
    challenge;
  if (origin !== own.origin || accountId !== own.accountId || deviceId !== own.deviceId)
    throw new ProtocolError('policy-refused');
  if (!/^[0-9a-f]{64}$/.test(network) || (kind !== 'enrol' && kind !== 'verify'))
    throw new ProtocolError('malformed-message', { details: { field: 'image challenge' } });
  return {
    purpose: `image-${kind}`,
    parameterSet: set,
    accountId,
    deviceId,
    ceremonyId: imageCheckId,
    nonce: fromBase64url(nonce, sizes.nonce),
    expiresAt,
    clientId,
    origin,
    manifestHash: hexToBytes(network),
    tau: 0,
    sMax: 0,
  };
}

/** What both messages of a check are signed over besides their own content. */
export interface ImageCeremony {
  readonly context: CeremonyContext;
  /** SHA-256 of the key manifest, when enrolling. */
  readonly keysHash?: Uint8Array;
}

/** @param image the image message. */
export function imageProbeTranscript(
  { context, keysHash }: ImageCeremony,
  index: number,
  image: Uint8Array,
): ImageProbeTranscript {
  const keys = keysHash ? { keysHash } : {};
  return { ...context, ...keys, type: 'image-probe', index, imageHash: sha256(image) };
}

/** @param opened the opened answer message. */
export function imageAnswerTranscript(
  { context, keysHash }: ImageCeremony,
  exchange: { readonly imageHashes: readonly Uint8Array[]; readonly messageHash: Uint8Array },
  opened: Uint8Array,
): ImageAnswerTranscript {
  const { imageHashes, messageHash } = exchange;
  const keys = keysHash ? { keysHash } : {};
  return {
    ...context,
    ...keys,
    type: 'image-answer',
    imageHashes,
    messageHash,
    openedHash: sha256(opened),
  };
}

/** A signature and what it is over. */
export interface SignedMessage {
  /** ECDSA P-256 over the transcript, raw r || s, 64 bytes. */
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
}

export function encodeSignedMessage({ signature, message }: SignedMessage): Bytes {
  return new Writer()
    .u8(signedImageVersion)
    .fixed(signature, sizes.signature, 'signature')
    .bytes(message)
    .done();
}

/** @param limit bytes of the whole. @throws {ProtocolError} a codec code. */
export function decodeSignedMessage(bytes: Uint8Array, limit: number): SignedMessage {
  const reader = new Reader(bytes, limit);
  reader.version(signedImageVersion);
  const signature = reader.bytes(sizes.signature, 'signature');
  return { signature, message: reader.bytes(reader.left, 'message') };
}
