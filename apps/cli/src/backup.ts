/**
 * `backup FILE` and `restore FILE`.
 * @module
 */
import { existsSync } from 'node:fs';
import { backupData, type RestoreReport, restoreBackup } from '@blindsight/server/operations';
import { CliError } from './errors.ts';

/** @throws {CliError} `file-exists`; the server's codes */
export async function backup(data: string, file: string): Promise<void> {
  try {
    await backupData(data, file, Date.now());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new CliError('file-exists', file, error);
    throw error;
  }
}

/** @throws {CliError} `file-missing`; the server's codes */
export async function restore(data: string, file: string): Promise<RestoreReport> {
  if (!existsSync(file)) throw new CliError('file-missing', file);
  return restoreBackup(data, file, Date.now());
}

/** What to tell the operator. */
export function restored({ madeAt, ticketsBurned, deletionsReapplied, replaced }: RestoreReport): string {
  const when = madeAt === undefined ? 'an unknown time' : new Date(madeAt).toISOString();
  const lines = [
    `Restored the data of ${when}.`,
    `${ticketsBurned} tickets burned; everybody enrols their face again. All sessions and tokens are ended.`,
    `${deletionsReapplied} erasures applied again.`,
    ...(replaced ? [`What was there before is ${replaced}; delete it once you have looked.`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
