/**
 * The device's side of one encrypted-image check: its pictures encrypted, the keys a server computes with, and the one
 * opening of what it answers. Loaded when a check begins, so that a sign-in without one does not pay for its code.
 * @module
 */
import { image, signImage, signImageAnswer } from '@blindsight/protocol/client';
import {
  type Bytes,
  concatBytes,
  type ImageCeremony,
  type ImageChallenge,
  imageCheckContext,
  imageLimits,
  sha256,
} from '@blindsight/protocol/wire';
import { WebError } from '../sdk/errors.ts';
import { activateImageSeed, pendingImageSeed, readImageSeed } from '../sdk/store/image-seeds.ts';
import type { Chips } from './chips.ts';
import type { Unlocked } from './comparison.ts';
import type { ImageKeys } from './contract.ts';

export interface ImageCheckDeps {
  /** Of the capture before; wiped here. */
  readonly chips: Pick<Chips, 'best' | 'wipe'>;
  readonly unlocked: Unlocked;
  /** The origin this code runs on. */
  readonly origin: string;
  /** ms since the Unix epoch. */
  readonly now: number;
}

/** One check, to be used in this order; `chunk` and `picture` as often as the line needs. */
export interface OpenImageCheck {
  /** When enrolling: about 2 s of work, let go between two keys. */
  keys(onProgress: (done: number, total: number) => Promise<void>): Promise<ImageKeys>;
  chunk(index: number): Uint8Array;
  /** The signed message of a picture; the same each time. */
  picture(index: number): Promise<Uint8Array>;
  /** Opens the masked answer, once, and returns the signed message. */
  answer(masked: Uint8Array): Promise<Uint8Array>;
  /** When enrolling: the server has accepted. From now on the seed is the one in use. */
  accepted(): Promise<void>;
  abandon(): void;
}

/** Values that the server asks for each picture: two inner products, thrice each. */
const valuesOfPicture = 6;

/**
 * Encrypts the pictures. When this resolves, or rejects, they are gone.
 * @throws {WebError} `ceremony-expired`, `too-few-frames`, `storage-lost`. @throws {ProtocolError}
 */
export async function beginImageCheck(
  challenge: ImageChallenge,
  { chips, unlocked, origin, now }: ImageCheckDeps,
): Promise<OpenImageCheck> {
  try {
    if (challenge.expiresAt <= now) throw new WebError('ceremony-expired');
    const { accountId, deviceId } = unlocked.device;
    const context = imageCheckContext(challenge, { origin, accountId, deviceId });
    const set = image.imageParametersOf(challenge.set);
    const pictures = chips.best(challenge.frames);
    if (pictures.length === 0 || pictures.length < challenge.frames) throw new WebError('too-few-frames');
    const enrols = challenge.kind === 'enrol';
    const seed = enrols
      ? await pendingImageSeed(unlocked, set.id, image.newImageSeed, now)
      : await readImageSeed(unlocked, set.id);
    const engine = image.createImageContext(set);
    const secretKey = image.imageSecretKey(engine, seed);
    const messages = pictures.map((chip) => image.encryptImage(secretKey, engine, set, chip));
    return new ImageCheck({ context, set, engine, secretKey, messages, seed, enrols }, unlocked);
  } finally {
    chips.wipe();
  }
}

/** What `image.describeKeys` cuts, with the hashes of the platform: 31 MB take a second in script, a tenth there. */
function cut(keys: Bytes): Bytes[] {
  const { chunk } = imageLimits;
  return Array.from({ length: Math.ceil(keys.length / chunk) }, (_, k) =>
    keys.subarray(k * chunk, (k + 1) * chunk),
  );
}
const digest = async (bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

interface Material {
  readonly context: ImageCeremony['context'];
  readonly set: image.ImageParameters;
  readonly engine: ReturnType<typeof image.createImageContext>;
  readonly secretKey: ReturnType<typeof image.imageSecretKey>;
  readonly messages: readonly Uint8Array[];
  readonly seed: Uint8Array;
  readonly enrols: boolean;
}

class ImageCheck implements OpenImageCheck {
  readonly #material: Material;
  readonly #unlocked: Unlocked;
  #ceremony: ImageCeremony;
  #chunks: readonly Bytes[] = [];
  #open = true;

  constructor(material: Material, unlocked: Unlocked) {
    this.#material = material;
    this.#unlocked = unlocked;
    this.#ceremony = { context: material.context };
  }

  async keys(onProgress: (done: number, total: number) => Promise<void>): Promise<ImageKeys> {
    const { engine, set, seed, enrols } = this.#material;
    if (!this.#open || !enrols) throw new WebError('internal');
    const parts: Uint8Array[] = [];
    const total = image.imageKeyCount(set);
    for (const part of image.imageKeyParts(engine, set, seed)) {
      parts.push(part);
      await onProgress(parts.length, total);
      if (!this.#open) throw new WebError('internal');
    }
    this.#chunks = cut(concatBytes(...parts));
    const manifest = {
      set: set.id,
      bytes: lengthOf(parts),
      chunks: await Promise.all(this.#chunks.map(digest)),
    };
    const message = image.encodeKeyManifest(manifest);
    this.#ceremony = { ...this.#ceremony, keysHash: sha256(message) };
    return { manifest: message, bytes: manifest.bytes, chunks: manifest.chunks.length };
  }

  chunk(index: number): Uint8Array {
    const chunk = this.#chunks[index];
    if (!chunk) throw new WebError('reply-invalid');
    // What crosses to the page is moved there; the next chunks are in the same memory.
    return chunk.slice();
  }

  async picture(index: number): Promise<Uint8Array> {
    const message = this.#material.messages[index];
    if (!this.#open || !message) throw new WebError('internal');
    return signImage(this.#ceremony, this.#signer, index, message);
  }

  async answer(masked: Uint8Array): Promise<Uint8Array> {
    const { engine, secretKey, messages } = this.#material;
    if (!this.#open) throw new WebError('internal');
    // Closed before it is opened: a second answer would be a second equation on the key.
    this.#open = false;
    try {
      const opened = image.openMaskedAnswer(secretKey, engine, masked, valuesOfPicture * messages.length);
      const imageHashes = messages.map((message) => sha256(message));
      const exchange = { imageHashes, messageHash: sha256(masked) };
      return await signImageAnswer(this.#ceremony, this.#signer, exchange, opened);
    } finally {
      this.abandon();
    }
  }

  async accepted(): Promise<void> {
    if (!this.#material.enrols) return;
    const { db, device } = this.#unlocked;
    await activateImageSeed(db, device.deviceId);
  }

  abandon(): void {
    this.#open = false;
    this.#chunks = [];
    this.#material.seed.fill(0);
    image.wipeImageSecretKey(this.#material.secretKey);
  }

  get #signer() {
    return { privateKey: this.#unlocked.device.deviceKey };
  }
}
