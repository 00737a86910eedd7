/**
 * Where the bodies of the encrypted-image check are at rest: what their encryption is bound to.
 * @module
 */
import type { ImagePlace } from '../keys/vault.ts';

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const chunkPlace = (deviceId: string, keysHash: Uint8Array, index: number): ImagePlace => ({
  deviceId,
  image: hex(keysHash),
  part: `chunk/${index}`,
});

/** @param network hash, hex. */
export const templatePlace = (deviceId: string, network: string): ImagePlace => ({
  deviceId,
  image: network,
  part: 'template',
});

/** Of one check. */
export const bodyPlace = (
  { deviceId, id }: { readonly deviceId: string; readonly id: string },
  part: string,
): ImagePlace => ({ deviceId, image: id, part });
