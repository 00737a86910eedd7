/**
 * The two ways to hold the root secret: under a key that never leaves the browser (`quick`), or under the
 * answer of a passkey (`verified`).
 * @module
 */
import type { UnlockProfile } from '@blindsight/protocol/wire';
import { WebError } from '../errors.ts';
import type { DeviceRecord, Sealed } from './schema.ts';
import { open, seal } from './seal.ts';

/** Identifies the record in the authenticated data of everything wrapped for it. */
export interface Owner {
  readonly accountId: string;
  readonly deviceId: string;
}

/** The input of the passkey's pseudo-random function. Public; one per account. */
export async function prfSalt(accountId: string): Promise<Uint8Array<ArrayBuffer>> {
  const input = new TextEncoder().encode(`blindsight/1/prf-salt\0${accountId}`);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', input));
}

export type Wrapped = Pick<DeviceRecord, 'profile' | 'rootSecret' | 'wrapKey'>;

/**
 * Wraps a root secret for storage.
 * @param prf output of the passkey, 32 bytes; present exactly for `verified`.
 */
export async function wrapRoot(
  owner: Owner,
  root: Uint8Array,
  prf: Uint8Array | undefined,
): Promise<Wrapped> {
  const profile: UnlockProfile = prf ? 'verified' : 'quick';
  const key = prf
    ? await prfKey(prf, owner)
    : await crypto.subtle.generateKey(aes, false, ['encrypt', 'decrypt']);
  const rootSecret: Sealed = await seal(key, rootLabel(owner, profile), root);
  return prf ? { profile, rootSecret } : { profile, rootSecret, wrapKey: key };
}

/**
 * @throws {WebError} `storage-lost` when the record does not open;
 *   `passkey-no-prf` when the `verified` profile gets no answer of a passkey, or another passkey's.
 */
export async function unwrapRoot(device: DeviceRecord, prf: Uint8Array | undefined): Promise<Uint8Array> {
  const verified = device.profile === 'verified';
  const code = verified ? 'passkey-no-prf' : 'storage-lost';
  const key = verified ? prf && (await prfKey(prf, device)) : device.wrapKey;
  if (!key) throw new WebError(code);
  return open(key, rootLabel(device, device.profile), device.rootSecret).catch((cause) => {
    // Another passkey answers with another key: that is not a loss, the right one still opens it.
    throw new WebError(code, { cause });
  });
}

export function stateLabel(owner: Owner, ticketClass: string, generationId: string): string {
  return ['blindsight/1/generation', owner.accountId, owner.deviceId, ticketClass, generationId].join('\0');
}

export function imageSeedLabel(owner: Owner, set: string): string {
  return ['blindsight/1/image-seed', owner.accountId, owner.deviceId, set].join('\0');
}

function rootLabel(owner: Owner, profile: UnlockProfile): string {
  return ['blindsight/1/root', owner.accountId, owner.deviceId, profile].join('\0');
}

const aes: AesKeyGenParams = { name: 'AES-GCM', length: 256 };

/** Different for each enrolment, though the passkey answers alike: the device id goes in. */
async function prfKey(prf: Uint8Array, owner: Owner): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', prf as BufferSource, 'HKDF', false, ['deriveKey']);
  const info = new TextEncoder().encode(`blindsight/1/prf-wrap\0${owner.deviceId}`);
  const hkdf: HkdfParams = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info };
  return crypto.subtle.deriveKey(hkdf, material, aes, false, ['encrypt', 'decrypt']);
}
