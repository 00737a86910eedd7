import { newId } from '@blindsight/protocol/wire';
import type { DeletionLedger, LedgerRow } from '../ports/deletion-ledger.ts';
import { nextRow } from './chain.ts';

/** A ledger that ends with the process, like the storage it belongs to. */
export function memoryLedger(now: number): DeletionLedger {
  const id = newId();
  const rows: LedgerRow[] = [nextRow(undefined, { kind: 'begun', at: now, ledgerId: id })];
  return {
    id,
    rows: () => rows,
    async append(entry) {
      const row = nextRow(rows.at(-1), entry);
      rows.push(row);
      return row;
    },
    close() {},
  };
}
