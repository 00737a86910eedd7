/**
 * Opens the data directory: `master.key`, `blindsight.db` and `deletions.log`, which belong together. One without the
 * others is an accident (a restore of half a backup, a wrong volume), and starting afresh would hide it.
 * @module
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger, requireUnbroken } from '../deletions/open.ts';
import { ServerError } from '../errors.ts';
import type { DeletionLedger } from '../ports/deletion-ledger.ts';
import type { KeyManagement } from '../ports/key-management.ts';
import type { Storage } from '../ports/storage.ts';
import { sqliteStorage } from '../storage/sqlite/index.ts';
import {
  beginKeyFile,
  dropNextKey,
  firstStartUnderWay,
  keyFileExists,
  readKeyFile,
  readNextKey,
  settleKeyFile,
  settleNextKey,
} from './key-file.ts';
import { localKeyManagement } from './local.ts';

export interface OpenedData {
  readonly storage: Storage;
  readonly keys: KeyManagement;
  readonly ledger: DeletionLedger;
}

export const databaseFile = 'blindsight.db';
export const masterKeyFile = 'master.key';
export const ledgerFile = 'deletions.log';

/** A known text wrapped under the master key: tells a wrong key from a right one before anything is lost. */
const check = { name: 'key-check', text: new TextEncoder().encode('blindsight') };

/**
 * @throws {ServerError} `database-missing`, `data-key-missing`, `database-locked`, `database-corrupt`,
 * `ledger-missing`, `ledger-broken`; `database-rolled-back` when an older copy was put in the database's place.
 */
export async function openDataDirectory(directory: string, now: number): Promise<OpenedData> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = join(directory, databaseFile);
  const keyFile = join(directory, masterKeyFile);

  const known = keyFileExists(keyFile);
  if (!known && existsSync(database) && !firstStartUnderWay(keyFile))
    throw new ServerError('data-key-missing');

  const masterKey = known ? readKeyFile(keyFile) : beginKeyFile(keyFile);
  const storage = sqliteStorage(database, { mustExist: known });
  try {
    const keys = await fittingKey(storage, keyFile, masterKey);
    if (!known) await storage.secrets.add(check.name, await keys.wrap(check.text, check.name), now);
    const ledger = await openLedger(join(directory, ledgerFile), storage, keys, now);
    try {
      await requireUnbroken(storage.audit, ledger);
    } catch (error) {
      ledger.close();
      throw error;
    }
    if (!known) settleKeyFile(keyFile);
    return { storage, keys, ledger };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/**
 * The master key in use or, when a change of keys was cut short after the database had changed, the one that was
 * to follow it.
 */
async function fittingKey(storage: Storage, keyFile: string, masterKey: Uint8Array): Promise<KeyManagement> {
  const keys = localKeyManagement(masterKey);
  const next = readNextKey(keyFile);
  if (next && !(await opens(storage, keys))) {
    const following = localKeyManagement(next);
    await checkKey(storage, following);
    settleNextKey(keyFile);
    return following;
  }
  if (keyFileExists(keyFile)) await checkKey(storage, keys);
  dropNextKey(keyFile);
  return keys;
}

const opens = (storage: Storage, keys: KeyManagement): Promise<boolean> =>
  checkKey(storage, keys).then(
    () => true,
    () => false,
  );

/** @throws {ServerError} `data-key-missing` for another key, `database-corrupt` when nothing tells. */
export async function checkKey(storage: Storage, keys: KeyManagement): Promise<void> {
  const [wrapped] = await storage.secrets.list(check.name);
  if (!wrapped) throw new ServerError('database-corrupt', { details: { reason: 'no key check' } });
  await keys.unwrap(wrapped, check.name);
}
