/**
 * Checks of the data directory: rights, room, key, database and who holds it. Nothing is made or changed.
 * @module
 */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Finding, fail, ok, warn } from './report.ts';

const database = (data: string) => join(data, 'blindsight.db');
const masterKey = (data: string) => join(data, 'master.key');

export function checkDirectory(data: string): Finding {
  const there = nearest(data);
  try {
    if (!statSync(there).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fail(
      'data',
      `${data} cannot be used (${code})`,
      'Choose another with --data, or correct its owner and mode.',
    );
  }
  if (there !== data) return ok('data', `${data} (made at the first start)`);
  const others = statSync(data).mode & 0o077;
  if (others === 0) return ok('data', data);
  return warn('data', `${data} is open to other users of this machine`, `Run: chmod 700 ${data}`);
}

export function checkRoom(data: string): Finding {
  try {
    const { bavail, bsize } = statfsSync(nearest(data));
    const megabytes = Math.floor((bavail * bsize) / 2 ** 20);
    if (megabytes >= 500) return ok('room', `${megabytes} MB free`);
    return warn(
      'room',
      `${megabytes} MB free`,
      'An enrolment takes about 2 MB; make room before it runs out.',
    );
  } catch (error) {
    return warn(
      'room',
      `cannot tell (${(error as NodeJS.ErrnoException).code})`,
      'Look at the disk yourself.',
    );
  }
}

/** Key and database belong together; one without the other is half a backup. */
export function checkKey(data: string): Finding {
  const [hasKey, hasDatabase] = [existsSync(masterKey(data)), existsSync(database(data))];
  if (hasKey && !hasDatabase) {
    const advice = 'Restore blindsight.db from the backup the key belongs to, or choose an empty --data.';
    return fail('key', 'database-missing: there is a master key but no database', advice);
  }
  if (!hasKey && hasDatabase) {
    const advice = 'Restore master.key from the backup the database belongs to; nothing opens without it.';
    return fail('key', 'data-key-missing: there is a database but no master key', advice);
  }
  if (!hasKey) return ok('key', 'made at the first start');
  const others = statSync(masterKey(data)).mode & 0o077;
  if (others === 0) return ok('key', `${masterKey(data)}, for its owner alone`);
  return fail(
    'key',
    'other users of this machine may read the master key',
    `Run: chmod 600 ${masterKey(data)}`,
  );
}

/** Two findings from one look: whether the file is sound, and whether somebody holds it. */
export function checkDatabase(data: string): Finding[] {
  const path = database(data);
  if (!existsSync(path)) return [ok('database', 'made at the first start'), ok('lock', 'nobody holds it')];
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    const row = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    const free = ok('lock', 'nobody holds it');
    if (row.quick_check === 'ok') return [ok('database', `${path} is sound`), free];
    return [corrupt(row.quick_check), free];
  } catch (error) {
    // SQLite: 5 BUSY, 6 LOCKED
    const { errcode = 0, message } = error as { errcode?: number; message: string };
    if ([5, 6].includes(errcode & 0xff)) {
      const advice = 'Fine if Blindsight is running. A second one cannot start on the same --data.';
      return [
        ok('database', `${path} (not looked into, it is in use)`),
        warn('lock', 'another process holds the database', advice),
      ];
    }
    return [corrupt(message)];
  } finally {
    db?.close();
  }
}

function corrupt(reason: string): Finding {
  const advice = 'Keep the file, restore the last backup to another directory and start with that one.';
  return fail('database', `database-corrupt: ${reason}`, advice);
}

/** The directory itself, or the closest one above it that exists. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
