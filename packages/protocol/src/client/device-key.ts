/**
 * The key a device signs with: ECDSA P-256, private half non-extractable.
 * @module
 */
import type { Bytes } from '../wire/bytes.ts';
import { encodeTranscript, type Transcript } from '../wire/transcript.ts';

export interface DeviceKey {
  /** Storable in IndexedDB as it is; its bytes are out of reach. */
  readonly privateKey: CryptoKey;
  /** Raw point, 65 bytes. */
  readonly publicKey: Bytes;
}

export async function createDeviceKey(): Promise<DeviceKey> {
  const { subtle } = globalThis.crypto;
  const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  return {
    privateKey: pair.privateKey,
    publicKey: new Uint8Array(await subtle.exportKey('raw', pair.publicKey)),
  };
}

/** ECDSA with SHA-256 over the encoded transcript; raw r || s, 64 bytes. */
export async function signTranscript(privateKey: CryptoKey, transcript: Transcript): Promise<Bytes> {
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  return new Uint8Array(
    await globalThis.crypto.subtle.sign(algorithm, privateKey, encodeTranscript(transcript)),
  );
}
