/**
 * `audit verify`: follows the hash chain of the audit log from its first row to its last. `audit export` and `audit
 * replay`: an evaluation of encrypted pictures, taken out and computed again.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAudit } from '@blindsight/server/audit';
import { exportImageCheck, type ReplayReport, replayEvaluation } from '@blindsight/server/operations';
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

// text with a beginning and an end, so that what a shell or npm prints around it does no harm
const beginning = '-----BEGIN BLINDSIGHT IMAGE EVALUATION-----';
const ending = '-----END BLINDSIGHT IMAGE EVALUATION-----';

/** The record of a comparison as text. @throws the server's codes */
export async function exportCheck(data: string, imageCheckId: string): Promise<string> {
  const record = Buffer.from(await exportImageCheck(data, imageCheckId, Date.now()));
  return `${beginning}\n${record.toString('base64').replace(/.{64}/g, '$&\n')}\n${ending}\n`;
}

/** @throws {CliError} `file-missing`, `record-unreadable`; `image-network-refused` */
export async function replayCheck(
  file: string,
  options: { readonly weightsDirectory: string; readonly threads: number },
): Promise<{ readonly report: ReplayReport; readonly text: string; readonly ok: boolean }> {
  if (!existsSync(file)) throw new CliError('file-missing', file);
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(beginning), text.indexOf(ending)];
  if (from < 0 || to < from) throw new CliError('record-unreadable', file);
  const record = Buffer.from(text.slice(from + beginning.length, to), 'base64');
  const report = await replayed(record, options, file);
  const { keys, commitment, message } = report;
  const ok = keys && commitment && message;
  const lines = [
    `keys        ${keys ? 'are the ones the device announced' : 'ARE NOT the ones the device announced'}`,
    `commitment  ${commitment ? 'fits the seed' : 'DOES NOT FIT the seed'}`,
    `message     ${message ? 'is the one that was sent' : 'IS NOT the one that was sent'}`,
  ];
  return { report, text: `${lines.join('\n')}\nnetwork ${report.network} (${report.set})\n`, ok };
}

async function replayed(
  record: Uint8Array,
  options: { readonly weightsDirectory: string; readonly threads: number },
  file: string,
): Promise<ReplayReport> {
  try {
    return await replayEvaluation(record, options);
  } catch (error) {
    if ((error as { code?: string }).code !== 'malformed-message') throw error;
    throw new CliError('record-unreadable', file, error);
  }
}
