import type { DatabaseSync } from 'node:sqlite';
import { chainHash, chainStart, eventText } from '../../audit/chain.ts';
import type { Audit, AuditEvent } from '../../ports/audit.ts';
import { one } from './rows.ts';
import { transaction } from './transaction.ts';

/** Appends inside the caller's transaction. */
export type AppendAudit = (event: AuditEvent) => void;

export function auditAppender(db: DatabaseSync): AppendAudit {
  const last = db.prepare('SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1');
  const insert = db.prepare('INSERT INTO audit (sequence, event, hash) VALUES (?, ?, ?)');
  return (event) => {
    const previous = last.get() as { sequence: number; hash: string } | undefined;
    const text = eventText(event);
    insert.run((previous?.sequence ?? 0) + 1, text, chainHash(previous?.hash ?? chainStart, text));
  };
}

export function sqliteAudit(db: DatabaseSync, append: AppendAudit): Audit {
  const select = db.prepare(
    'SELECT sequence, event, hash FROM audit WHERE sequence >= ? ORDER BY sequence LIMIT ?',
  );
  const last = db.prepare('SELECT sequence AS rows, hash FROM audit ORDER BY sequence DESC LIMIT 1');
  return {
    async append(event) {
      transaction(db, () => append(event));
    },
    async head() {
      return one<{ rows: number; hash: string }>(last) ?? { rows: 0, hash: chainStart };
    },
    async rows(from, limit) {
      const rows = select.all(from, limit) as { sequence: number; event: string; hash: string }[];
      return rows.map((row) => ({ ...row, event: JSON.parse(row.event) as AuditEvent }));
    },
  };
}
