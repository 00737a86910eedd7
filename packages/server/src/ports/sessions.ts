/**
 * Port: who is signed in to the account pages, and questions put to passkeys.
 * @module
 */

export interface Session {
  /** SHA-256 of the cookie value, base64url; the value itself is stored nowhere. */
  readonly idHash: string;
  readonly accountId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** When a passkey with user verification was last shown in this session. */
  readonly authenticatedAt: number;
  /** Of that passkey. */
  readonly deviceBound: boolean;
  /** That passkey; empty in sessions of an older release. */
  readonly passkeyId: string;
  /** When a second factor beside it was last shown. */
  readonly secondFactorAt?: number;
  /** When a face last matched its enrolment by a root ticket, in this session. */
  readonly faceMatchedAt?: number;
}

export interface Sessions {
  put(session: Session): Promise<void>;
  /** `undefined` when absent or expired at `now`. */
  find(idHash: string, now: number): Promise<Session | undefined>;
  /** Replaces one session by another in one step (privilege change). @returns false when the old one is gone. */
  rotate(oldIdHash: string, next: Session): Promise<boolean>;
  remove(idHash: string): Promise<void>;
  sweep(now: number): Promise<number>;
}

export interface PasskeyQuestion {
  readonly id: string;
  readonly kind: 'register' | 'authenticate' | 'reauthenticate' | 'second-factor' | 'add-passkey';
  /** base64url. */
  readonly challenge: string;
  /** `register`: the account to be; otherwise who must answer, where that is known. */
  readonly accountId?: string;
  /** `register` only. */
  readonly displayName?: string;
  readonly expiresAt: number;
}

export interface PasskeyQuestions {
  put(question: PasskeyQuestion): Promise<void>;
  /** Removes and returns it in one step; `undefined` if absent, of another kind, or expired at `now`. */
  take(id: string, kind: PasskeyQuestion['kind'], now: number): Promise<PasskeyQuestion | undefined>;
  sweep(now: number): Promise<number>;
}
