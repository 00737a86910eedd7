/**
 * Opens the database file for this process alone.
 * @module
 */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ServerError } from '../../errors.ts';
import { migrate } from './schema.ts';

export interface OpenOptions {
  /** Refuse with `database-missing` rather than begin an empty one. */
  readonly mustExist?: boolean;
}

/**
 * Durable (WAL, synchronous FULL), strict, deleted rows overwritten, and held by one process: the lock is
 * SQLite's own exclusive lock on the file, which the system drops when the process dies, however it dies.
 * @param path a file, or `:memory:`
 * @throws {ServerError} `database-missing`, `database-locked`, `database-corrupt`.
 */
export function openDatabase(path: string, options: OpenOptions = {}): DatabaseSync {
  if (options.mustExist && path !== ':memory:' && !existsSync(path))
    throw new ServerError('database-missing');
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec(`
      PRAGMA busy_timeout = 0;
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      PRAGMA secure_delete = ON;
      PRAGMA trusted_schema = OFF;
      BEGIN EXCLUSIVE; COMMIT;
    `);
    const { quick_check: verdict } = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (verdict !== 'ok') throw new ServerError('database-corrupt');
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw openingError(error);
  }
}

/** What an error of SQLite means when a file is opened. Result codes: 5 BUSY and 6 LOCKED; 11 CORRUPT and 26 NOTADB. */
export function openingError(error: unknown): unknown {
  const code = (error as { errcode?: number }).errcode;
  if (code === undefined) return error;
  const primary = code & 0xff;
  if (primary === 5 || primary === 6) return new ServerError('database-locked', { cause: error });
  if (primary === 11 || primary === 26) return new ServerError('database-corrupt', { cause: error });
  return error;
}

/** Moves the log into the file and empties it, so that what was deleted is not found there either. */
export function truncateLog(db: DatabaseSync): void {
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}
