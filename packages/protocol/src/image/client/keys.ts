/**
 * The device's keys for the encrypted-image check: one secret, and the evaluation keys that let a server compute.
 * Independent of sealed sign-in's.
 * @module
 */
import { ckks } from '@blindsight/fhe/client';
import { seededRandomness } from '@blindsight/fhe/params';
import type { Bytes } from '../../wire/bytes.ts';
import { concatBytes } from '../../wire/bytes.ts';
import type { ImageParameters } from '../parameters.ts';
import { relinearisationLevel, rotationNeeds } from '../plan.ts';

/**
 * The secret key that belongs to 32 secret bytes, all that a device has to keep.
 * @throws {FheError} `bad-seed`.
 */
export function imageSecretKey(context: ckks.Context, seed: Uint8Array): ckks.CkksSecretKey {
  return ckks.generateKeys(context, seed).secretKey;
}

/**
 * The key upload: public key, relinearisation key, rotation keys, each only as long as its highest level needs.
 * 30 MB for RingFace-64; about 2 s of one thread.
 * @param seed as for `imageSecretKey`. @param onProgress how much is done, from 0 to 1.
 */
export function makeImageKeys(
  context: ckks.Context,
  set: ImageParameters,
  seed: Uint8Array,
  onProgress: (share: number) => void = () => {},
): Bytes {
  const parts: Uint8Array[] = [];
  for (const part of imageKeyParts(context, set, seed)) {
    parts.push(part);
    onProgress((parts.length - 1) / (imageKeyCount(set) - 1));
  }
  return concatBytes(...parts);
}

/** Keys of one upload. */
export const imageKeyCount = (set: ImageParameters): number => rotationNeeds(set).length + 2;

/** The same, key by key: whoever waits in between can show how far it is, and stop. Stopping early leaves no secret. */
export function* imageKeyParts(
  context: ckks.Context,
  set: ImageParameters,
  seed: Uint8Array,
): Generator<Uint8Array, void, void> {
  const { secretKey, publicKey } = ckks.generateKeys(context, seed);
  const bytesOf = (key: ckks.RelinearisationKey | ckks.GaloisKey) => {
    const bytes = ckks.serializeEvaluationKey(key);
    ckks.releaseKey(key);
    return bytes;
  };
  try {
    yield ckks.serializePublicKey(publicKey);
    yield bytesOf(ckks.relinearisationKey(secretKey, seed, { level: relinearisationLevel(set) }));
    for (const { steps, level } of rotationNeeds(set))
      yield bytesOf(ckks.rotationKey(secretKey, seed, steps, { level }));
  } finally {
    ckks.wipeSecretKey(secretKey);
  }
}

/** A fresh seed: 32 bytes from WebCrypto, or a function of another secret for tests. */
export function newImageSeed(from?: Uint8Array): Bytes {
  if (!from) return crypto.getRandomValues(new Uint8Array(32));
  return new Uint8Array(seededRandomness(from, 'blindsight/image/seed/1').words(8).buffer, 0, 32).slice();
}

/** Overwrites a secret key; it is of no use afterwards. */
export function wipeImageSecretKey(secretKey: ckks.CkksSecretKey): void {
  ckks.wipeSecretKey(secretKey);
}
