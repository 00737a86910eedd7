/**
 * What this browser keeps: one record per enrolment, its generations, and the sealed tickets still to be sent.
 *
 * Nothing in it opens a template. Private keys are non-extractable `CryptoKey`s; everything else that is secret
 * is wrapped under the storage key, which comes from the root secret, which is wrapped by the unlock profile.
 * @module
 */
import type { DeviceHistory } from '@blindsight/protocol/client';
import type { TicketClass, UnlockProfile } from '@blindsight/protocol/wire';
import type { DBSchema } from 'idb';

/** AES-256-GCM: 12-byte nonce, ciphertext with its 16-byte tag. */
export interface Sealed {
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface DeviceRecord {
  readonly accountId: string;
  readonly displayName: string;
  readonly deviceId: string;
  /** `pending` until the server has said that the enrolment is complete. */
  readonly state: 'pending' | 'active';
  readonly profile: UnlockProfile;
  /** The ceremony that brought the tickets in use, enrolment or renewal; names the uploads that belong to it. */
  readonly ceremonyId: string;
  /** Unit: ms since the Unix epoch. */
  readonly createdAt: number;
  /** ECDSA P-256, non-extractable, signs transcripts. */
  readonly deviceKey: CryptoKey;
  /** Only in the `quick` profile: AES-GCM, non-extractable, wraps the root secret. */
  readonly wrapKey?: CryptoKey;
  readonly rootSecret: Sealed;
  /** Only in the `verified` profile: the passkey whose answer unwraps the root secret. */
  readonly credentialId?: string;
  readonly consent: { readonly version: string; readonly hash: string };
  /** For the limits the device keeps itself, because a malicious server will not keep its own. */
  readonly history: DeviceHistory;
  /** Tickets that had to wait in that ceremony; what is left of them is in `uploads`. */
  readonly waiting: number;
}

export interface GenerationRecord {
  readonly deviceId: string;
  readonly ticketClass: TicketClass;
  /** base64url, 22 characters. */
  readonly generationId: string;
  /** Grows by one with every write; two writers cannot both succeed from the same version. */
  readonly version: number;
  /** Seeds, ratchet and next index, under the storage key. */
  readonly state: Sealed;
}

/** A renewal that the server has not finished yet, or has without our knowing. */
export interface RenewalRecord {
  readonly deviceId: string;
  readonly ceremonyId: string;
  /** The new ordinary one; takes its place and its version when the renewal is finished. */
  readonly generation: GenerationRecord;
  readonly waiting: number;
  /** Unit: ms since the Unix epoch. */
  readonly createdAt: number;
}

/** What the keys of the encrypted-image check are made from; one of a device. */
export interface ImageSeedRecord {
  readonly deviceId: string;
  /** Name of the parameter set. */
  readonly set: string;
  /** `pending` until the server has said that the check is set up: an upload that broke off goes on with it. */
  readonly state: 'pending' | 'active';
  /** 32 bytes, under the storage key. */
  readonly seed: Sealed;
  /** Unit: ms since the Unix epoch. */
  readonly createdAt: number;
}

/** A ticket sealed to the server's key of the ceremony; this device cannot open it any more. */
export interface UploadRecord {
  readonly ceremonyId: string;
  readonly ticketClass: TicketClass;
  readonly index: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface Schema extends DBSchema {
  devices: { key: string; value: DeviceRecord };
  generations: { key: [deviceId: string, ticketClass: TicketClass]; value: GenerationRecord };
  renewals: { key: string; value: RenewalRecord };
  imageSeeds: { key: string; value: ImageSeedRecord };
  uploads: { key: [ceremonyId: string, ticketClass: TicketClass, index: number]; value: UploadRecord };
}
