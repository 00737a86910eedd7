/**
 * The ledger as a chain of rows, each of which fixes all before it; the arithmetic is that of the audit log.
 * @module
 */
import { createHash } from 'node:crypto';
import { chainHash } from '../audit/chain.ts';
import type { LedgerEntry, LedgerRow } from '../ports/deletion-ledger.ts';

/** The hash before the first row, hex. */
const start = createHash('sha256').update('blindsight/deletions/1').digest('hex');

/** The row that follows `previous`. */
export function nextRow(previous: LedgerRow | undefined, entry: LedgerEntry): LedgerRow {
  const sequence = (previous?.sequence ?? 0) + 1;
  return { sequence, entry, hash: chainHash(previous?.hash ?? start, JSON.stringify(entry)) };
}

/** True when `row` is the one that its entry makes after `previous`. */
export function follows(previous: LedgerRow | undefined, row: LedgerRow): boolean {
  const { sequence, hash } = nextRow(previous, row.entry);
  return row.sequence === sequence && row.hash === hash;
}
