import type { DatabaseSync } from 'node:sqlite';
import type { SecondFactors } from '../../ports/second-factors.ts';
import { lockPeriod } from '../../ports/sign-ins.ts';
import type { AppendAudit } from './audit.ts';
import { all, one } from './rows.ts';
import { transaction } from './transaction.ts';

type Bytes = Uint8Array<ArrayBuffer>;
interface Row {
  readonly salt?: Bytes;
  readonly madeAt?: number;
  readonly failures: number;
  readonly lockedUntil?: number;
}

export function sqliteSecondFactors(db: DatabaseSync, audit: AppendAudit): SecondFactors {
  const row = db.prepare(
    `SELECT salt, made_at AS madeAt, failures, locked_until AS lockedUntil
     FROM second_factor WHERE account_id = ?`,
  );
  const hashes = db.prepare('SELECT hash FROM recovery_code WHERE account_id = ?');
  const putSet = db.prepare(
    `INSERT INTO second_factor (account_id, salt, made_at, failures) VALUES (?1, ?2, ?3, 0)
     ON CONFLICT (account_id) DO UPDATE SET salt = ?2, made_at = ?3`,
  );
  const removeCodes = db.prepare('DELETE FROM recovery_code WHERE account_id = ?');
  const insertCode = db.prepare('INSERT INTO recovery_code (account_id, hash) VALUES (?, ?)');
  const removeCode = db.prepare('DELETE FROM recovery_code WHERE account_id = ? AND hash = ?');
  const putFailures = db.prepare(
    `INSERT INTO second_factor (account_id, failures, locked_until) VALUES (?1, ?2, ?3)
     ON CONFLICT (account_id) DO UPDATE SET failures = ?2, locked_until = ?3`,
  );
  const hashesOf = (accountId: string) => all<{ hash: Bytes }>(hashes, accountId).map(({ hash }) => hash);
  const rowOf = (accountId: string): Row => one<Row>(row, accountId) ?? { failures: 0 };

  return {
    async codes(accountId) {
      const { madeAt } = rowOf(accountId);
      return { left: hashesOf(accountId).length, ...(madeAt === undefined ? {} : { madeAt }) };
    },
    async replace(accountId, set, event) {
      transaction(db, () => {
        putSet.run(accountId, set.salt, set.madeAt);
        removeCodes.run(accountId);
        for (const hash of set.hashes) insertCode.run(accountId, hash);
        audit(event);
      });
    },
    async tryCode(accountId, rule, now) {
      return transaction(db, () => {
        const { salt = new Uint8Array(16), failures, lockedUntil = 0 } = rowOf(accountId);
        if (lockedUntil > now) return { allowed: false, retryAt: lockedUntil };
        const period = lockPeriod(failures + 1, rule);
        putFailures.run(accountId, failures + 1, period > 0 ? now + period : null);
        return { allowed: true, codes: { salt, hashes: hashesOf(accountId) } };
      });
    },
    async spend(accountId, hash, event) {
      return transaction(db, () => {
        if (removeCode.run(accountId, hash).changes === 0) return false;
        putFailures.run(accountId, 0, null);
        audit(event);
        return true;
      });
    },
  };
}
