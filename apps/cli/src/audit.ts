/**
 * `audit verify`: follows the hash chain of the audit log from its first row to its last.
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAudit } from '@blindsight/server/audit';
import { sqliteStorage } from '@blindsight/server/sqlite';
import { CliError } from './errors.ts';

export interface AuditReport {
  readonly rows: number;
  /** The last hash: note it elsewhere to notice a log that was cut or rewritten as a whole. */
  readonly head: string;
  readonly brokenAt?: number;
}

/** @throws {CliError} or the server's `database-locked`, `database-corrupt`. */
export async function verifyAuditLog(data: string): Promise<AuditReport> {
  const path = join(data, 'blindsight.db');
  if (!existsSync(path)) throw new CliError('database-missing', path);
  const storage = sqliteStorage(path, { mustExist: true });
  try {
    return await verifyAudit(storage.audit);
  } finally {
    await storage.close();
  }
}
