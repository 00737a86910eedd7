/**
 * The rows of the memory storage. JavaScript runs one piece of code at a time, so a method that does not
 * await is a transaction.
 * @module
 */
import type { TicketClass } from '@blindsight/protocol/wire';
import { chainHash, chainStart, eventText } from '../../audit/chain.ts';
import type { Account, Passkey } from '../../ports/accounts.ts';
import type { ArtifactPayload } from '../../ports/artifacts.ts';
import type { AuditEvent, AuditRow } from '../../ports/audit.ts';
import type { Consent, Device, ErasureReceipt, Generation } from '../../ports/devices.ts';
import type { Enrolment } from '../../ports/enrolments.ts';
import type { ImageCheck, ImageCheckBodies } from '../../ports/image-checks.ts';
import type { ImageKeySet, ImageTemplate } from '../../ports/image-keys.ts';
import type { Pairing } from '../../ports/pairings.ts';
import type { PasskeyQuestion, Session } from '../../ports/sessions.ts';
import type { FaceFactor, SignIn } from '../../ports/sign-ins.ts';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A device before it is active is `staged` and invisible. */
export type DeviceRow = Mutable<Omit<Device, 'state'>> & { state: Device['state'] | 'staged' };

export interface TicketRow {
  readonly hash: Uint8Array<ArrayBuffer>;
  body?: Uint8Array<ArrayBuffer>;
}

export interface GenerationRow extends Mutable<Generation> {
  /** The ceremony that brings it. */
  readonly enrolmentId: string;
  /** Until that ceremony is finished. */
  staged: boolean;
  readonly ticketClass: TicketClass;
  readonly publicKeyHash: Uint8Array<ArrayBuffer>;
  publicKey?: Uint8Array<ArrayBuffer>;
  /** By index; burned ones are deleted. */
  readonly tickets: Map<number, TicketRow>;
}

export interface EnrolmentRow extends Mutable<Enrolment> {
  statementHash?: Uint8Array<ArrayBuffer>;
  challengeBegun?: true;
}

export interface ArtifactRow {
  readonly model: string;
  readonly id: string;
  readonly payload: ArtifactPayload;
  readonly expiresAt?: number;
  consumedAt?: number;
}

/** Of one account: the codes that were not used yet, and what wrong guesses cost. */
export interface SecondFactorRow {
  salt?: Uint8Array<ArrayBuffer>;
  madeAt?: number;
  hashes: Uint8Array<ArrayBuffer>[];
  failures: number;
  lockedUntil?: number;
}

export interface PairingRow extends Mutable<Pairing> {
  challengeBegun?: true;
}

export interface ImageKeysRow extends Omit<ImageKeySet, 'held'> {
  readonly bodies: Map<number, Uint8Array<ArrayBuffer>>;
  template?: ImageTemplate;
  touchedAt: number;
}

export interface ImageCheckRow extends Mutable<ImageCheck> {
  evaluations: number;
  bodies: ImageCheckBodies;
}

export interface MemoryState {
  readonly accounts: Map<string, Account>;
  readonly secondFactors: Map<string, SecondFactorRow>;
  readonly passkeys: Map<string, Mutable<Passkey>>;
  readonly sessions: Map<string, Session>;
  readonly questions: Map<string, PasskeyQuestion>;
  readonly devices: Map<string, DeviceRow>;
  readonly dataKeys: Map<string, Uint8Array<ArrayBuffer>>;
  readonly generations: Map<string, GenerationRow>;
  readonly enrolments: Map<string, EnrolmentRow>;
  readonly consents: Mutable<Consent>[];
  readonly receipts: (ErasureReceipt & { readonly accountId: string })[];
  readonly signIns: Map<string, Mutable<SignIn>>;
  readonly pairings: Map<string, PairingRow>;
  /** By device. */
  readonly imageKeys: Map<string, ImageKeysRow>;
  readonly imageChecks: Map<string, ImageCheckRow>;
  readonly faces: Map<string, Mutable<FaceFactor>>;
  /** One entry for each burned ticket. */
  readonly attempts: { readonly deviceId: string; readonly clientId: string; readonly at: number }[];
  readonly audit: AuditRow[];
  readonly artifacts: Map<string, ArtifactRow>;
  readonly secrets: { readonly name: string; readonly wrapped: Uint8Array<ArrayBuffer> }[];
}

export const emptyState = (): MemoryState => ({
  accounts: new Map(),
  secondFactors: new Map(),
  passkeys: new Map(),
  sessions: new Map(),
  questions: new Map(),
  devices: new Map(),
  dataKeys: new Map(),
  generations: new Map(),
  enrolments: new Map(),
  consents: [],
  receipts: [],
  signIns: new Map(),
  pairings: new Map(),
  imageKeys: new Map(),
  imageChecks: new Map(),
  faces: new Map(),
  attempts: [],
  audit: [],
  artifacts: new Map(),
  secrets: [],
});

export function appendAudit(state: MemoryState, event: AuditEvent): void {
  const previous = state.audit.at(-1)?.hash ?? chainStart;
  const text = eventText(event);
  state.audit.push({
    sequence: state.audit.length + 1,
    event: JSON.parse(text) as AuditEvent,
    hash: chainHash(previous, text),
  });
}

export function generationsOf(state: MemoryState, deviceId: string): GenerationRow[] {
  return [...state.generations.values()].filter((row) => row.deviceId === deviceId);
}
