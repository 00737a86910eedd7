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
  | 'consent-given'
  | `${'enrolment' | 'renewal'}-${'begun' | 'stated' | 'finished' | 'completed' | 'abandoned'}`
  | 'device-revoked'
  | 'enrolment-erased'
  | 'sign-in-begun'
  | 'ticket-burned'
  | 'sign-in-accepted'
  | 'sign-in-failed'
  | 'sign-in-refused'
  | 'sign-in-closed'
  | 'face-locked'
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
  /** In order, `limit` rows from `from` on. */
  rows(from: number, limit: number): Promise<readonly AuditRow[]>;
}
