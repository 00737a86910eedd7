/**
 * Storage in one SQLite file, the default.
 * @module
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Storage } from '../../ports/storage.ts';
import { sqliteAccounts } from './accounts.ts';
import { sqliteArtifacts } from './artifacts.ts';
import { auditAppender, sqliteAudit } from './audit.ts';
import { backupTo } from './backup.ts';
import { sqliteDevices } from './devices.ts';
import { sqliteEnrolments } from './enrolments.ts';
import { sqliteImageChecks } from './image-checks.ts';
import { sqliteImageKeys } from './image-keys.ts';
import { type OpenOptions, openDatabase, truncateLog } from './open.ts';
import { sqlitePairings } from './pairings.ts';
import { sqliteSecondFactors } from './second-factors.ts';
import { sqliteSecrets } from './secrets.ts';
import { sqlitePasskeyQuestions, sqliteSessions } from './sessions.ts';
import { sqliteSignIns } from './sign-ins.ts';
import { sqliteWrapped } from './wrapped.ts';

/** @throws {ServerError} as `openDatabase`. */
export function sqliteStorage(path: string, options: OpenOptions = {}): Storage {
  return storageOver(openDatabase(path, options));
}

export function storageOver(db: DatabaseSync): Storage {
  const append = auditAppender(db);
  return {
    accounts: sqliteAccounts(db, append),
    secondFactors: sqliteSecondFactors(db, append),
    sessions: sqliteSessions(db),
    passkeyQuestions: sqlitePasskeyQuestions(db),
    devices: sqliteDevices(db, append),
    enrolments: sqliteEnrolments(db, append),
    signIns: sqliteSignIns(db, append),
    pairings: sqlitePairings(db, append),
    imageKeys: sqliteImageKeys(db),
    imageChecks: sqliteImageChecks(db, append),
    audit: sqliteAudit(db, append),
    artifacts: sqliteArtifacts(db),
    secrets: sqliteSecrets(db),
    keeping: { backup: (file) => backupTo(db, file), wrapped: sqliteWrapped(db, append) },
    async settle() {
      truncateLog(db);
    },
    async ping() {
      db.prepare('SELECT 1').get();
    },
    async close() {
      if (db.isOpen) db.close();
    },
  };
}
