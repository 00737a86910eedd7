import type { DatabaseSync } from 'node:sqlite';
import type { Wrapped } from '../../ports/storage.ts';
import type { AppendAudit } from './audit.ts';
import { truncateLog } from './open.ts';
import { all } from './rows.ts';
import { transaction } from './transaction.ts';

/** Where wrapped secrets are: what the row is for, its key, and the column. */
const places = {
  'data-key': [
    'SELECT device_id AS id, device_id AS name, wrapped FROM data_key',
    'UPDATE data_key SET wrapped = ? WHERE device_id = ?',
  ],
  secret: [
    'SELECT sequence AS id, name, wrapped FROM secret',
    'UPDATE secret SET wrapped = ? WHERE sequence = ?',
  ],
  'sealing-key': [
    'SELECT id, id AS name, hpke_private_key AS wrapped FROM enrolment WHERE hpke_private_key IS NOT NULL',
    'UPDATE enrolment SET hpke_private_key = ? WHERE id = ?',
  ],
} as const;
const kinds = Object.keys(places) as (keyof typeof places)[];

export function sqliteWrapped(db: DatabaseSync, audit: AppendAudit): Wrapped {
  return {
    async list() {
      return kinds.flatMap((kind) =>
        all<{ id: string | number; name: string; wrapped: Uint8Array<ArrayBuffer> }>(
          db.prepare(places[kind][0]),
        ).map((row) => ({ kind, ...row })),
      );
    },
    async replace(rows, event) {
      transaction(db, () => {
        for (const { kind, id, wrapped } of rows) db.prepare(places[kind][1]).run(wrapped, id);
        audit(event);
      });
      truncateLog(db);
    },
  };
}
