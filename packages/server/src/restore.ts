/**
 * A backup in the place of the database. What may have been used since it was made does not work again: every ticket
 * is burned, every session, code and token ended; and what was taken back since stays taken back.
 * @module
 */
import { chmodSync, copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beginLedger, openLedger } from './deletions/open.ts';
import { erasures } from './domain/erasures.ts';
import { moveDurably } from './durable-files.ts';
import { ServerError } from './errors.ts';
import { checkKey, databaseFile, ledgerFile, masterKeyFile } from './keys/data-directory.ts';
import { readKeyFile } from './keys/key-file.ts';
import { localKeyManagement } from './keys/local.ts';
import { isDeletion } from './ports/deletion-ledger.ts';
import type { KeyManagement } from './ports/key-management.ts';
import type { Storage } from './ports/storage.ts';
import { endEverything } from './storage/sqlite/backup.ts';
import { storageOver } from './storage/sqlite/index.ts';
import { openDatabase, openingError } from './storage/sqlite/open.ts';

export interface RestoreReport {
  /** When the backup was made, as its audit log has it; ms since the Unix epoch. */
  readonly madeAt: number | undefined;
  readonly auditRows: number;
  readonly ticketsBurned: number;
  /** Erasures and revocations done again. */
  readonly deletionsReapplied: number;
  /** Where the database is that was there before. */
  readonly replaced?: string;
}

/**
 * @param backup the file; it is not changed.
 * @throws {ServerError} `database-locked` while a server runs here; `data-key-missing` without the master key the backup belongs
 * to; `ledger-missing`, `ledger-broken`; `database-corrupt` for what is no backup. Nothing is replaced then.
 */
export async function restoreBackup(directory: string, backup: string, now: number): Promise<RestoreReport> {
  const database = join(directory, databaseFile);
  const keys = localKeyManagement(readKeyFile(join(directory, masterKeyFile)));
  if (!existsSync(join(directory, ledgerFile))) throw new ServerError('ledger-missing');
  const held = holdDatabase(database);
  const fresh = `${database}.restoring`;
  try {
    copyFileSync(backup, fresh);
    chmodSync(fresh, 0o600);
    const { ledger, head, ...report } = await prepare(fresh, keys, join(directory, ledgerFile), now);
    try {
      const replaced = `${database}.replaced-${now}`;
      held?.setAside(replaced);
      moveDurably(fresh, database);
      await ledger.append({ kind: 'restored', at: now, auditRows: head.rows, auditHead: head.hash });
      return { ...report, ...(held ? { replaced } : {}) };
    } finally {
      ledger.close();
    }
  } finally {
    for (const left of ['', '-wal', '-shm']) rmSync(`${fresh}${left}`, { force: true });
    held?.release();
  }
}

/** Takes from the copy what must not come back. */
async function prepare(fresh: string, keys: KeyManagement, ledgerPath: string, now: number) {
  const db = openDatabase(fresh);
  const storage = storageOver(db);
  try {
    await checkKey(storage, keys);
    const { rows: auditRows } = await storage.audit.head();
    const [last] = await storage.audit.rows(auditRows, 1);
    const ledger = await ledgerOf(storage, keys, ledgerPath, now);
    const deletionsReapplied = await erasures({ storage, ledger, clock: () => now }).reapply();
    const ticketsBurned = endEverything(db);
    await storage.audit.append({ at: now, kind: 'database-restored', reason: `${auditRows}` });
    await storage.settle();
    const head = await storage.audit.head();
    return { ledger, head, madeAt: last?.event.at, auditRows, ticketsBurned, deletionsReapplied };
  } finally {
    await storage.close();
  }
}

/** The ledger, with every erasure in it that the backup has a receipt of. */
async function ledgerOf(storage: Storage, keys: KeyManagement, path: string, now: number) {
  // an empty file: the ledger was lost, and whoever put it there says so
  if (statSync(path).size === 0) {
    rmSync(path);
    return beginLedger(path, storage, keys, now);
  }
  const ledger = await openLedger(path, storage, keys, now);
  const known = new Set(ledger.rows().flatMap(({ entry }) => (isDeletion(entry) ? [entry.receiptId] : [])));
  for (const deletion of await storage.devices.erasures()) {
    if (!known.has(deletion.receiptId)) await ledger.append(deletion);
  }
  return ledger;
}

interface Held {
  /** Gives the file a second name under which it stays. */
  setAside(name: string): void;
  release(): void;
}

/**
 * Keeps every other process off the database until `release`, also while another file takes its place. A damaged one
 * is nobody's: it is only set aside.
 */
function holdDatabase(path: string): Held | undefined {
  if (!existsSync(path)) return undefined;
  const db = new DatabaseSync(path);
  let damaged = false;
  try {
    // without a log, so that closing it later touches no file by its name
    db.exec(
      `PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE`,
    );
  } catch (error) {
    const known = openingError(error);
    damaged = known instanceof ServerError && known.code === 'database-corrupt';
    db.close();
    if (!damaged) throw known;
  }
  return {
    setAside(name) {
      linkSync(path, name);
      for (const log of ['-wal', '-shm']) if (existsSync(path + log)) renameSync(path + log, name + log);
    },
    release() {
      if (!damaged) db.close();
    },
  };
}
