/**
 * Port: two devices on their way to each other. What one sends the other is relayed from here; none of it opens
 * anything for this server.
 * @module
 */
import type { ChallengePolicy, PairingState } from '@blindsight/protocol/wire';
import type { AuditEvent } from './audit.ts';
import type { Enrolment } from './enrolments.ts';

export interface Pairing {
  /** Also of the comparison on the enrolled device, and of the enrolment of the new one. */
  readonly id: string;
  readonly accountId: string;
  /** The enrolled device. */
  readonly deviceId: string;
  /** The id the new one will have. */
  readonly newDeviceId: string;
  readonly state: PairingState;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** The liveness challenge before the capture of the new device. */
  readonly liveness: ChallengePolicy;
  /** Of that challenge once it was answered. */
  readonly challengeHash?: Uint8Array<ArrayBuffer>;
  /** From `joined` on. */
  readonly guest?: Guest;
  /** From `offered` until the end: sealed to a key of the enrolled device. */
  readonly offer?: Uint8Array<ArrayBuffer>;
  /** From `confirmed` until the end; 32 bytes. */
  readonly confirmation?: Uint8Array<ArrayBuffer>;
}

/** The browser that came by the code. */
export interface Guest {
  /** SHA-256 of its ceremony cookie, base64url. */
  readonly ownerHash: string;
  readonly label: string;
  readonly consent: Enrolment['consent'];
}

/** Port. What every adapter must keep is written down in `pairing-storage.test.ts`. A step that does not fit changes nothing. */
export interface Pairings {
  /** Ends what else is under way on this account. */
  begin(pairing: Pairing, event: AuditEvent): Promise<void>;
  find(id: string): Promise<Pairing | undefined>;
  /** `open` -> `joined`, for one guest, however many race. */
  join(id: string, guest: Guest, now: number): Promise<boolean>;
  /** While `joined`. @returns true once: there is one challenge, whatever becomes of it. */
  beginChallenge(id: string, now: number): Promise<boolean>;
  /** Keeps the hash of the challenge that was answered, while `joined`. */
  passChallenge(id: string, challengeHash: Uint8Array<ArrayBuffer>, now: number): Promise<boolean>;
  /** `joined` -> `offered`. */
  offer(id: string, offer: Uint8Array<ArrayBuffer>, now: number): Promise<boolean>;
  /** `offered` -> `confirmed`. */
  confirm(id: string, confirmation: Uint8Array<ArrayBuffer>, now: number): Promise<boolean>;
  /** `confirmed` -> `authorised`; the offer is forgotten. */
  authorise(id: string, event: AuditEvent): Promise<boolean>;
  /** Ends it and forgets what was relayed; nothing when it had ended. */
  close(id: string, event: AuditEvent): Promise<void>;
  /** Closes what is past its time, and forgets what ended a day ago. */
  sweep(now: number): Promise<number>;
}
