/**
 * Port: what happened, in an order nobody can change unnoticed. Rows are chained by hash from the first one.
 * Entries hold ids and codes; no names, addresses, scores, keys or tokens.
 * @module
 */
export type AuditKind =
  | 'server-started'
  | 'account-created'
  | 'session-started'
  | 'reauthenticated'
  | 'passkey-added'
  | 'recovery-codes-made'
  | 'recovery-code-used'
  /** `reason`: `code`, `passkey`, or `locked`. */
  | `second-factor-${'shown' | 'refused'}`
  | 'consent-given'
  /** Another device. */
  | `pairing-${'begun' | 'authorised' | 'closed'}`
  | `${'enrolment' | 'renewal' | 'addition'}-${'begun' | 'stated' | 'finished' | 'completed' | 'abandoned'}`
  | 'device-revoked'
  | 'enrolment-erased'
  /** An erasure of the deletion ledger that the database did not know, done again; `reason` is the receipt. */
  | 'deletion-reapplied'
  | 'backup-made'
  /** `reason`: how many audit rows the backup had. */
  | 'database-restored'
  | 'master-key-rotated'
  | 'sign-in-begun'
  | 'ticket-burned'
  /** `reason` of a failure: what was wrong, and at which step. */
  | `challenge-${'passed' | 'failed'}`
  | 'sign-in-accepted'
  | 'sign-in-failed'
  | 'sign-in-refused'
  | 'sign-in-closed'
  | 'face-locked'
  /** `reason`: the kind; of an evaluation the index, of a refused picture and a closed check why. */
  | `image-check-${'begun' | 'refused' | 'accepted' | 'failed' | 'closed'}`
  | 'image-evaluated'
  | 'image-transcript-exported'
  | 'interaction-finished'
  | 'interaction-aborted'
  /** Reported by the OpenID provider; `reason` says what. */
  | 'openid';

export interface AuditEvent {
  readonly at: number;
  readonly kind: AuditKind;
  readonly accountId?: string;
  readonly deviceId?: string;
  readonly ceremonyId?: string;
  readonly clientId?: string;
  /** An error code or another short reason. */
  readonly reason?: string;
}

export interface AuditRow {
  /** 1, 2, 3, ... without gaps. */
  readonly sequence: number;
  readonly event: AuditEvent;
  /** SHA-256 over the hash before and the event's bytes, hex; see `audit/chain.ts`. */
  readonly hash: string;
}

export interface Audit {
  append(event: AuditEvent): Promise<void>;
  /** How many rows there are, and the hash of the last one; hex, that of the chain's start when there is none. */
  head(): Promise<{ readonly rows: number; readonly hash: string }>;
  /** In order, `limit` rows from `from` on. */
  rows(from: number, limit: number): Promise<readonly AuditRow[]>;
}
