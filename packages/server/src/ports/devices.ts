/**
 * Port: enrolled devices, what is stored under each, and its erasure.
 * @module
 */
import type { TicketClass, UnlockProfile } from '@blindsight/protocol/wire';
import type { AuditEvent } from './audit.ts';
import type { Deletion } from './deletion-ledger.ts';

export interface Device {
  readonly id: string;
  readonly accountId: string;
  readonly label: string;
  readonly profile: UnlockProfile;
  /** `erased`: the face is gone, the device is known. `revoked`: neither may be used again. */
  readonly state: 'active' | 'erased' | 'revoked';
  /** ECDSA P-256, raw, 65 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** Of the enrolment: what is stored as the root generation dates from here. */
  readonly createdAt: number;
  readonly lastUsedAt?: number;
  /** The enrolled device that let this one in. */
  readonly addedBy?: string;
  /** Of such a device: when the enrolment was made that it descends from. */
  readonly rootSince?: number;
  /** Finished ones since the enrolment. */
  readonly renewals: number;
  readonly renewedAt?: number;
}

export interface DeviceView extends Device {
  /** Usable at the next sign-in or later; what has not arrived yet is not counted. */
  readonly ticketsLeft: number;
  /** Ordinary ones that were announced and may still arrive. */
  readonly ticketsWaiting: number;
  readonly rootTicketsLeft: number;
}

export interface Generation {
  readonly id: string;
  readonly deviceId: string;
  readonly ticketClass: TicketClass;
  readonly parameterSet: string;
  /** 32 bytes. */
  readonly manifestHash: Uint8Array<ArrayBuffer>;
  readonly tau: number;
  readonly sMax: number;
  /** How many tickets were announced. */
  readonly count: number;
  /** -1 when none was. */
  readonly lastBurned: number;
}

export interface Consent {
  readonly accountId: string;
  readonly deviceId: string;
  readonly purpose: string;
  readonly version: string;
  readonly language: string;
  /** SHA-256 of the text, hex. */
  readonly hash: string;
  readonly givenAt: number;
  readonly withdrawnAt?: number;
}

export interface ErasureReceipt {
  readonly receiptId: string;
  readonly erasedAt: number;
  readonly deviceId: string;
  readonly generations: number;
  readonly ticketsErased: number;
  /** Key sets, templates and checks of the encrypted-image check. */
  readonly imagesErased: number;
  /** What a query after the deletion found; all zero, or the erasure is rolled back. */
  readonly verified: Remains;
}

/** What the store holds of a device's face material. */
export interface Remains {
  readonly tickets: number;
  readonly publicKeys: number;
  readonly dataKeys: number;
  /** Key sets, templates and checks of the encrypted-image check. */
  readonly images: number;
}

export interface Erasure {
  readonly receiptId: string;
  readonly accountId: string;
  readonly deviceId: string;
  readonly to: 'erased' | 'revoked';
  readonly now: number;
}

/** Port. Devices whose enrolment is not finished do not exist here. */
export interface Devices {
  find(id: string): Promise<Device | undefined>;
  /** Oldest first, revoked ones included. */
  list(accountId: string): Promise<readonly DeviceView[]>;
  /** Active devices that neither enrolled nor signed in since `before`. */
  unusedSince(before: number): Promise<readonly Device[]>;
  /** Revoked by a recovery, their tickets not deleted yet. */
  unerased(): Promise<readonly Device[]>;
  /** The one in use; what a ceremony has staged is not it yet. */
  generation(deviceId: string, ticketClass: TicketClass): Promise<Generation | undefined>;
  /** The device's data key as wrapped by the key-management port; also while enrolling. */
  dataKey(deviceId: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  consents(accountId: string): Promise<readonly Consent[]>;
  /** For a purpose beside the enrolment's, which comes with it. `false` when the device is not active. */
  giveConsent(consent: Consent, event: AuditEvent): Promise<boolean>;
  /**
   * Deletes data key, public keys, tickets and everything of the image check, closes what is under way, withdraws the consent, counts what is
   * left and keeps the receipt: one transaction. `undefined` when the account has no such device.
   */
  erase(erasure: Erasure, event: AuditEvent): Promise<ErasureReceipt | undefined>;
  receipts(accountId: string): Promise<readonly ErasureReceipt[]>;
  /** Counted now, staged material included; all zero for a device that is not there. */
  remains(deviceId: string): Promise<Remains>;
  /** Every erasure there is a receipt of, oldest first: what a deletion ledger begins with. */
  erasures(): Promise<readonly Deletion[]>;
}
