import type { DatabaseSync } from 'node:sqlite';
import { type Budgets, type FaceFactor, lockPeriod } from '../../ports/sign-ins.ts';
import { one } from './rows.ts';

/** What comparisons cost an account, inside the transaction of whoever calls. */
export function sqliteFaceFactors(db: DatabaseSync) {
  const select = db.prepare(
    'SELECT failures, locked_until AS lockedUntil FROM face_factor WHERE account_id = ?',
  );
  const put = db.prepare(
    `INSERT INTO face_factor (account_id, failures, locked_until) VALUES (?, ?, ?)
     ON CONFLICT (account_id) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until`,
  );
  const of = (accountId: string) => one<FaceFactor>(select, accountId) ?? { failures: 0 };
  return {
    of,
    /** @returns true when this failure locks. */
    failed(accountId: string, budgets: Budgets, now: number): boolean {
      const before = of(accountId);
      const failures = before.failures + 1;
      const period = lockPeriod(failures, budgets);
      const lockedUntil = period > 0 ? Math.max(before.lockedUntil ?? 0, now + period) : before.lockedUntil;
      put.run(accountId, failures, lockedUntil ?? null);
      return period > 0;
    },
    accepted(accountId: string): void {
      const { failures, lockedUntil } = of(accountId);
      put.run(accountId, Math.max(0, failures - 1), lockedUntil ?? null);
    },
  };
}
