/**
 * Port: the ceremonies that bring tickets, enrolments and renewals. What they bring is staged, for an enrolment under
 * a device-to-be, for a renewal beside what is in use, and takes its place in one transaction at `finish`; whatever
 * does not get there is removed without a trace but its audit entry.
 * @module
 */
import type { ChallengePolicy, TicketClass, UnlockProfile } from '@blindsight/protocol/wire';
import type { AuditEvent } from './audit.ts';

/** A renewal replaces the ordinary generation of an active device, after a root match in a sign-in of the same id. */
export type EnrolmentPurpose = 'enrol' | 'renewal' | 'add-device';

/** As audit entries call them. */
export const named = { enrol: 'enrolment', renewal: 'renewal', 'add-device': 'addition' } as const;

/** `open` -> `stated` (statement accepted) -> `finished` (tickets in use, more may follow) -> `complete`. */
export type EnrolmentState = 'open' | 'stated' | 'finished' | 'complete';

export interface Enrolment {
  readonly id: string;
  readonly purpose: EnrolmentPurpose;
  readonly accountId: string;
  readonly deviceId: string;
  readonly state: EnrolmentState;
  /** An enrolment under a second factor, on an account that had devices: they end when it is finished. */
  readonly recovery: boolean;
  /** Of a device that another one let in, after a root match in a sign-in of the same id. */
  readonly admission?: Admission;
  readonly label: string;
  readonly profile: UnlockProfile;
  /** Of a renewal: the consent it continues. */
  readonly consent: {
    readonly purpose: string;
    readonly version: string;
    readonly language: string;
    readonly hash: string;
  };
  /** 32 bytes. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly createdAt: number;
  /** Deadline of everything up to `finish`. */
  readonly expiresAt: number;
  /** Deadline of the tickets that follow. */
  readonly lateUntil: number;
  readonly clientId: string;
  readonly origin: string;
  readonly parameterSet: string;
  readonly manifestHash: Uint8Array<ArrayBuffer>;
  readonly tau: number;
  readonly sMax: number;
  readonly ordinary: number;
  /** 0 for a renewal. */
  readonly root: number;
  readonly firstOrdinary: number;
  /** The key that late tickets are sealed to: raw public, and private as wrapped by the key-management port. */
  readonly hpkePublicKey: Uint8Array<ArrayBuffer>;
  readonly hpkePrivateKey?: Uint8Array<ArrayBuffer>;
  /** The challenge before the statement; `none` for a renewal, which has its own in its sign-in. */
  readonly liveness: ChallengePolicy;
  /** Of the challenge once it was answered. */
  readonly challengeHash?: Uint8Array<ArrayBuffer>;
  readonly finishedAt?: number;
}

export interface Admission {
  /** The device that let it in: active until this is finished, or it is not finished. */
  readonly addedBy: string;
  /** Of the browser that may enrol: SHA-256 of its ceremony cookie, base64url. */
  readonly guestHash: string;
  /** The only key that may sign its statement; raw P-256 point, 65 bytes. */
  readonly devicePublicKey: Uint8Array<ArrayBuffer>;
}

export interface StatedGeneration {
  readonly id: string;
  readonly ticketClass: TicketClass;
  readonly publicKeyHash: Uint8Array<ArrayBuffer>;
  /** One per index, 32 bytes each. */
  readonly ticketHashes: readonly Uint8Array<ArrayBuffer>[];
}

export interface Statement {
  /** SHA-256 of the statement's bytes: the same statement again changes nothing, another one is refused. */
  readonly hash: Uint8Array<ArrayBuffer>;
  readonly generations: readonly StatedGeneration[];
  /** Of an enrolment: the device's key (raw, 65 bytes), and its data key as wrapped by the key-management port. */
  readonly newDevice?: {
    readonly publicKey: Uint8Array<ArrayBuffer>;
    readonly dataKey: Uint8Array<ArrayBuffer>;
  };
}

/** What arrived: indexes ascending (burned ones count as arrived), and which public keys. */
export type Received = Readonly<Record<TicketClass, readonly number[]>> & {
  readonly publicKeys: readonly TicketClass[];
};

/** Where a body goes. `index` is absent for a public key. */
export interface Place {
  readonly enrolmentId: string;
  readonly ticketClass: TicketClass;
  readonly index?: number;
}

export interface Slot {
  readonly generationId: string;
  /** SHA-256 the body must have; absent when the ticket was burned in the meantime and is not wanted any more. */
  readonly hash?: Uint8Array<ArrayBuffer>;
  readonly filled: boolean;
}

/** Port. What every adapter must keep is written down in `storage.test.ts`. */
export interface Enrolments {
  /** A renewal takes the place of an unfinished one of the same device. */
  begin(enrolment: Enrolment, event: AuditEvent): Promise<void>;
  find(id: string): Promise<Enrolment | undefined>;
  /** @returns true once: a ceremony has one challenge, whatever becomes of it. */
  beginChallenge(id: string): Promise<boolean>;
  /** Keeps the hash of the challenge that was answered. @returns false when the ceremony is gone. */
  passChallenge(id: string, challengeHash: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /**
   * @returns `different` when another statement was accepted before, or a generation id is taken; `closed` when it is
   * past its time; `unproven` for a renewal or an addition whose sign-in (of the same id) is not accepted.
   */
  state(
    id: string,
    statement: Statement,
    event: AuditEvent,
  ): Promise<'stated' | 'same' | 'different' | 'closed' | 'unproven'>;
  slot(place: Place): Promise<Slot | undefined>;
  /** Fills an empty slot with a body that is already encrypted; a filled one keeps what it has. Completes the enrolment when it was the last. */
  fill(place: Place, body: Uint8Array<ArrayBuffer>, now: number): Promise<void>;
  /** Indexes that arrived, ascending; burned ones count as arrived. */
  received(id: string): Promise<Received>;
  /**
   * When every public key, all root tickets and the first ordinary ones are there, turns the staged device into an
   * active one, or puts the staged generation of a renewal in the place of the ordinary one, which is deleted with
   * its key, its tickets and whatever was still to come of it; open sign-ins on it are closed. One transaction.
   * A recovery revokes every other device of the account; an enrolment that is none is `closed` where there are others.
   * @returns the number of ordinary tickets ready, or why not.
   */
  finish(id: string, events: readonly AuditEvent[], now: number): Promise<number | 'incomplete' | 'closed'>;
  /** The deadline of the recovery under way on this account, if there is one. */
  recoveringUntil(accountId: string, now: number): Promise<number | undefined>;
  /** Removes an unfinished enrolment and everything staged. @returns false when there was none to remove. */
  cancel(id: string, event: AuditEvent): Promise<boolean>;
  /** Removes unfinished enrolments past their deadline and closes those whose late tickets did not come. */
  sweep(now: number): Promise<number>;
}
