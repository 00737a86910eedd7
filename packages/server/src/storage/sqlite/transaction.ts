import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` as one transaction: all of it is durable when this returns, or none of it happened. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
