/**
 * What an operator does to the data besides serving it. Where a server holds the database, it is asked to do it.
 * @module
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ErasureVerification } from '@blindsight/protocol/wire';
import { askServer } from './control-client.ts';
import { defaultPolicy } from './default-config.ts';
import { erasures } from './domain/erasures.ts';
import { exportTranscript } from './domain/image-transcripts.ts';
import { ServerError } from './errors.ts';
import { databaseFile, type OpenedData, openDataDirectory } from './keys/data-directory.ts';

import { createVault } from './keys/vault.ts';

export { rotateMasterKey } from './keys/rotate.ts';
export { type ReplayReport, replayEvaluation } from './replay.ts';
export { type RestoreReport, restoreBackup } from './restore.ts';

/**
 * Writes a backup to a new file, see `storage/sqlite/backup.ts`; a running server does not stop for it.
 * @throws {ServerError} as `openDataDirectory`; an `EEXIST` error when the file is there
 */
export async function backupData(directory: string, file: string, now: number): Promise<void> {
  const path = resolve(file);
  await withData(
    directory,
    now,
    async ({ storage }) => {
      await storage.keeping?.backup(path);
      await storage.audit.append({ at: now, kind: 'backup-made' });
    },
    () => askServer(directory, { do: 'backup', file: path }),
  );
}

/** @throws {ServerError} `not-found` for a receipt the ledger does not know; as `openDataDirectory` */
export function verifyErasure(
  directory: string,
  receiptId: string,
  now: number,
): Promise<ErasureVerification> {
  return withData(
    directory,
    now,
    ({ storage, ledger }) => erasures({ storage, ledger, clock: () => now }).verify(receiptId),
    () => askServer(directory, { do: 'verify-erasure', receiptId }) as Promise<ErasureVerification>,
  );
}

/**
 * What an auditor needs to compute a comparison again, as `image.encodeEvaluationRecord` has it.
 * @throws {ServerError} as `exportTranscript`; as `openDataDirectory`
 */
export async function exportImageCheck(
  directory: string,
  imageCheckId: string,
  now: number,
): Promise<Uint8Array> {
  return withData<Uint8Array>(
    directory,
    now,
    ({ storage, keys }) =>
      exportTranscript(
        { storage, vault: createVault(keys), policy: defaultPolicy, clock: () => now },
        imageCheckId,
      ),
    async () =>
      Buffer.from(String(await askServer(directory, { do: 'export-transcript', imageCheckId })), 'base64'),
  );
}

async function withData<T>(
  directory: string,
  now: number,
  use: (data: OpenedData) => Promise<T>,
  ask: () => Promise<T | unknown>,
): Promise<T> {
  if (!existsSync(join(directory, databaseFile))) throw new ServerError('database-missing');
  let data: OpenedData;
  try {
    data = await openDataDirectory(directory, now);
  } catch (error) {
    if (error instanceof ServerError && error.code === 'database-locked') return (await ask()) as T;
    throw error;
  }
  try {
    return await use(data);
  } finally {
    await data.storage.close();
    data.ledger.close();
  }
}
