/**
 * Copies of the database. A ticket that may have been spent since a copy was made must not work again, so a copy is
 * good for accounts, passkeys, devices by name, consents, receipts and the audit log, and for nothing that opens a
 * door by itself: tickets and their keys, sessions, codes and tokens are ended in it.
 * @module
 */
import { chmodSync, linkSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { syncPath } from '../../durable-files.ts';
import { transaction } from './transaction.ts';

const ending = [
  `UPDATE generation SET last_burned = count - 1, public_key = NULL`,
  // generations and data keys of what was never finished go with it
  `DELETE FROM device WHERE state = 'staged'`,
  'DELETE FROM generation WHERE staged = 1',
  'DELETE FROM data_key',
  'DELETE FROM enrolment',
  'DELETE FROM sign_in',
  'DELETE FROM pairing',
  // chunks and templates go with their keys, frames with their check
  'DELETE FROM image_keys',
  'DELETE FROM image_check',
  'DELETE FROM session',
  'DELETE FROM passkey_question',
  'DELETE FROM artifact',
];

/** Burns every ticket and ends everything under way, in one transaction. @returns how many tickets there were. */
export function endEverything(db: DatabaseSync): number {
  return transaction(db, () => {
    const { changes } = db.prepare('DELETE FROM ticket').run();
    for (const sql of ending) db.exec(sql);
    return Number(changes);
  });
}

/**
 * Writes a consistent copy to a new file while `db` is in use, without tickets and without what `endEverything` ends.
 * @throws an `EEXIST` error when the file is there already.
 */
export async function backupTo(db: DatabaseSync, file: string): Promise<void> {
  const part = `${file}.part`;
  rmSync(part, { force: true });
  try {
    await backup(db, part);
    chmodSync(part, 0o600);
    const copy = new DatabaseSync(part);
    try {
      copy.exec('PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON');
      endEverything(copy);
      copy.exec('VACUUM');
    } finally {
      copy.close();
    }
    syncPath(part);
    // a link, unlike a rename, never replaces what is there
    linkSync(part, file);
    syncPath(dirname(file));
  } finally {
    rmSync(part, { force: true });
  }
}
