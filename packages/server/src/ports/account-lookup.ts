/**
 * Port: all that the OpenID provider may know about a person.
 * @module
 */
export interface AccountSummary {
  /** 16 random bytes, base64url. Relying parties see a pairwise `sub` derived from it, never this. */
  readonly id: string;
  readonly displayName: string;
  /** ms since the Unix epoch. */
  readonly createdAt: number;
}

export interface AccountLookup {
  /** `undefined` when there is no such account, or it is closed. */
  find(accountId: string): Promise<AccountSummary | undefined>;
}
