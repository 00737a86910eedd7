/**
 * Port: what was taken back for good. Kept apart from the database and in none of its backups, so that a restored
 * backup can be told what it does not know. Random ids, times and hashes; nothing else.
 * @module
 */
export interface Deletion {
  readonly kind: 'erased' | 'revoked';
  /** ms since the Unix epoch. */
  readonly at: number;
  readonly accountId: string;
  readonly deviceId: string;
  /** Of the receipt the person was given. */
  readonly receiptId: string;
}

/** How far the audit log of the database was when it was opened, closed or restored: an older one is recognised. */
export interface Anchor {
  readonly kind: 'opened' | 'closed' | 'restored';
  readonly at: number;
  readonly auditRows: number;
  /** The hash of the last of them, hex. */
  readonly auditHead: string;
}

/** The first row of every ledger: its name, which its database knows. */
export interface Beginning {
  readonly kind: 'begun';
  readonly at: number;
  /** 16 random bytes, base64url. */
  readonly ledgerId: string;
}

export type LedgerEntry = Beginning | Deletion | Anchor;

export interface LedgerRow {
  /** 1, 2, 3, ... without gaps. */
  readonly sequence: number;
  readonly entry: LedgerEntry;
  /** SHA-256 over the hash before and the entry's JSON, hex. */
  readonly hash: string;
}

/** Port. What every adapter must keep is written down in `deletion-ledger.test.ts`. */
export interface DeletionLedger {
  readonly id: string;
  /** In order, from the first one on. */
  rows(): readonly LedgerRow[];
  /** Durable when this resolves. */
  append(entry: Deletion | Anchor): Promise<LedgerRow>;
  close(): void;
}

export const isDeletion = (entry: LedgerEntry): entry is Deletion =>
  entry.kind === 'erased' || entry.kind === 'revoked';
