/**
 * A device's evaluation keys, parsed. Public data; nothing here opens a ciphertext.
 * @module
 */
import { ckks } from '@blindsight/fhe/evaluate';
import { ProtocolError } from '../../wire/errors.ts';
import type { ImageParameters } from '../parameters.ts';
import { relinearisationLevel, rotationNeeds } from '../plan.ts';

export interface ImageKeys {
  readonly context: ckks.Context;
  readonly publicKey: ckks.CkksPublicKey;
  readonly relinearisation: ckks.RelinearisationKey;
  /** By slots, from 1 to N/2 - 1. */
  readonly rotations: ReadonlyMap<number, ckks.GaloisKey>;
  /** The key for a rotation by so many slots, negative or not. */
  rotation(steps: number): ckks.GaloisKey;
}

/**
 * @param bytes what `encodeKeys` made: public key, relinearisation key, rotation keys in the order of `plan.ts`.
 * Cost for RingFace-64: half a second, most of it the expansion of seeds; 100 MB.
 * @throws {ProtocolError} `image-keys-refused` with the engine's reason: another parameter set, level or element, a
 *   residue out of range, missing or surplus bytes.
 */
export function parseKeys(context: ckks.Context, set: ImageParameters, bytes: Uint8Array): ImageKeys {
  const parsed: (ckks.RelinearisationKey | ckks.GaloisKey)[] = [];
  try {
    let at = 0;
    const take = (length: number) => {
      at += length;
      return bytes.subarray(at - length, at);
    };
    const needs = rotationNeeds(set);
    const keyLength = (level: number) => ckks.evaluationKeyLength(context, level);
    const level = relinearisationLevel(set);
    const publicKey = ckks.parsePublicKey(context, take(ckks.publicKeyLength(context)));
    const relinearisation = ckks.parseRelinearisationKey(context, take(keyLength(level)), level);
    parsed.push(relinearisation);
    const { degree } = context.parameters;
    const rotations = new Map(
      needs.map((need) => {
        const element = ckks.galoisElement(degree, need.steps);
        const key = ckks.parseGaloisKey(context, take(keyLength(need.level)), element, need.level);
        parsed.push(key);
        return [need.steps, key] as const;
      }),
    );
    if (at !== bytes.length) throw new ProtocolError('malformed-message', { details: { field: 'keys' } });
    const slots = degree / 2;
    const rotation = (steps: number) => {
      const key = rotations.get((steps + slots) % slots);
      if (!key) throw new ProtocolError('image-keys-refused', { details: { steps } });
      return key;
    };
    return { context, publicKey, relinearisation, rotations, rotation };
  } catch (cause) {
    // A refused key set leaves room for the next one.
    for (const key of parsed) ckks.releaseKey(key);
    if (cause instanceof ProtocolError && cause.code === 'image-keys-refused') throw cause;
    throw new ProtocolError('image-keys-refused', { cause });
  }
}

/** Gives the memory of a key set back. */
export function releaseKeys({ relinearisation, rotations }: ImageKeys): void {
  for (const key of [relinearisation, ...rotations.values()]) ckks.releaseKey(key);
}
