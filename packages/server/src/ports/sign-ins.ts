/**
 * Port: sealed sign-in ceremonies, the burning of tickets, and what failures cost.
 * @module
 */
import type { ChallengePolicy, TicketClass } from '@blindsight/protocol/wire';
import type { AuditEvent } from './audit.ts';

/**
 * `open` -> `burned` (ticket gone, challenge under way or no reply yet) -> `replied` -> `accepted` | `failed`.
 * From `open` also -> `closed` (cancelled, superseded, expired): no ticket was spent, so nothing is counted.
 */
export type SignInState = 'open' | 'burned' | 'replied' | 'accepted' | 'failed' | 'closed';

export interface SignIn {
  readonly id: string;
  /** All but `sign-in`: a root ticket is spent, and nobody is signed in by it. */
  readonly purpose: 'sign-in' | 'renewal' | 'add-device';
  readonly state: SignInState;
  readonly accountId: string;
  readonly deviceId: string;
  readonly clientId: string;
  /** Where there is none: one name for all ceremonies of this purpose on the device. */
  readonly interactionUid: string;
  /** SHA-256 of the ceremony cookie, base64url. */
  readonly ownerHash: string;
  /** 32 bytes. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly origin: string;
  readonly manifestHash: Uint8Array<ArrayBuffer>;
  readonly tau: number;
  readonly sMax: number;
  readonly generationId: string;
  readonly ticketClass: TicketClass;
  readonly liveness: ChallengePolicy;
  /** The application wants an image check after it. */
  readonly image: boolean;
  /** The question put to the passkey (verified profile), base64url. */
  readonly passkeyChallenge?: string;
  // from the burn on
  readonly ticketIndex?: number;
  /** From the last step of the challenge on, where there is one. */
  readonly challengeHash?: Uint8Array<ArrayBuffer>;
  // from the reply on
  readonly probeHash?: Uint8Array<ArrayBuffer>;
  readonly replyHash?: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the one-time token; the token itself is stored nowhere. */
  readonly tokenHash?: Uint8Array<ArrayBuffer>;
}

/** What the use case decided; the store keeps it under every race. */
export interface Budgets {
  readonly failuresToLock: number;
  readonly firstLockMs: number;
  readonly maxLockMs: number;
  readonly perDay: number;
  readonly perDayAndClient: number;
}

export interface Burn {
  readonly id: string;
  readonly index: number;
  readonly budgets: Budgets;
  readonly now: number;
}

export type BurnRefusal =
  | 'ceremony-closed'
  | 'ceremony-expired'
  | 'ticket-burned'
  | 'enrolment-incomplete'
  | 'budget-exhausted'
  | 'face-locked'
  | 'device-revoked';

export type BurnResult =
  | {
      readonly burned: true;
      /** As stored, encrypted at rest. */
      readonly ticket: Uint8Array<ArrayBuffer>;
      readonly publicKey: Uint8Array<ArrayBuffer>;
    }
  | { readonly burned: false; readonly reason: BurnRefusal; readonly retryAt?: number };

/** The state of one account's face factor. */
export interface FaceFactor {
  readonly failures: number;
  /** In the past, or absent: not locked. */
  readonly lockedUntil?: number;
}

/** Port. What every adapter must keep is written down in `storage.test.ts`. */
export interface SignIns {
  /**
   * Puts an open ceremony. Another one under way for the same interaction ends with it: as `closed` while its
   * ticket is unspent, else as `failed`.
   */
  begin(signIn: SignIn, budgets: Budgets, event: AuditEvent): Promise<void>;
  find(id: string): Promise<SignIn | undefined>;
  /**
   * In one transaction: checks state, deadline, device, lock, budgets and index; moves the ceremony to `burned`,
   * deletes every ticket of its generation up to the index, and hands out the one at the index.
   * A refusal changes nothing. However many race, one wins. Ceremonies with a ticket spent and no outcome yet count as failures here.
   */
  burn(burn: Burn, event: AuditEvent): Promise<BurnResult>;
  /** Keeps the hash of a challenge that was answered, once, while `burned`. @returns false when the ceremony moved on. */
  challenged(id: string, challengeHash: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** `burned` -> `replied`, durable before the reply leaves. @returns false when the ceremony moved on. */
  replied(
    id: string,
    result: Readonly<Record<'probeHash' | 'replyHash' | 'tokenHash', Uint8Array<ArrayBuffer>>>,
  ): Promise<boolean>;
  /**
   * Ends a replied ceremony, once. `accepted` lowers the failures by one and marks the device used; `failed` adds
   * one and locks from `failuresToLock` on. An acceptance past the deadline, or of a
   * device erased meanwhile, becomes a failure.
   * @param provisional when a comparison follows that may still fail: an acceptance lowers nothing yet.
   * @returns the state it ended in, or `undefined` when it had ended, or had no reply, before.
   */
  conclude(
    id: string,
    outcome: 'accepted' | 'failed',
    budgets: Budgets,
    now: number,
    provisional?: boolean,
  ): Promise<'accepted' | 'failed' | undefined>;
  /** Ends it for good, whatever its state: `closed` when no ticket was spent, else `failed`. */
  cancel(id: string, budgets: Budgets, now: number): Promise<void>;
  /** Cancels every ceremony past its deadline; also what a restart left behind. Forgets old ones. */
  sweep(budgets: Budgets, now: number): Promise<number>;
  faceFactor(accountId: string): Promise<FaceFactor>;
}

export type LockRule = Pick<Budgets, 'failuresToLock' | 'firstLockMs' | 'maxLockMs'>;

/** How long the n-th failure locks, ms: nothing below the limit, then doubling from `firstLockMs`. */
export function lockPeriod(failures: number, rule: LockRule): number {
  if (failures < rule.failuresToLock) return 0;
  return Math.min(rule.maxLockMs, rule.firstLockMs * 2 ** (failures - rule.failuresToLock));
}

/**
 * How many tickets may be spent and unanswered at once: what is left before the next lock, so that five tries
 * in parallel are still five tries.
 */
export function pendingAllowed(failures: number, budgets: Budgets): number {
  return Math.max(1, budgets.failuresToLock - failures);
}
