/**
 * A new master key: every secret the old one wrapped is wrapped again under the new one. What the data keys encrypt
 * stays as it is.
 * @module
 */
import { join } from 'node:path';
import { sealingPurpose } from '../domain/ticket-ceremony.ts';
import { ServerError } from '../errors.ts';
import type { WrappedRow } from '../ports/storage.ts';
import { masterKeyFile, openDataDirectory } from './data-directory.ts';
import { beginNextKey, settleNextKey } from './key-file.ts';
import { localKeyManagement } from './local.ts';
import { dataKeyPurpose } from './vault.ts';

const purposeOf: Readonly<Record<WrappedRow['kind'], (name: string) => string>> = {
  'data-key': dataKeyPurpose,
  'sealing-key': sealingPurpose,
  secret: (name) => name,
};

/**
 * Needs the data directory for itself. Cut short at any point, the next opening finds either key fitting.
 * @returns how many secrets were wrapped again.
 * @throws {ServerError} as `openDataDirectory`
 */
export async function rotateMasterKey(directory: string, now: number): Promise<number> {
  const { storage, keys, ledger } = await openDataDirectory(directory, now);
  const keyFile = join(directory, masterKeyFile);
  try {
    const { wrapped } = storage.keeping ?? {};
    if (!wrapped) throw new ServerError('internal');
    const next = localKeyManagement(beginNextKey(keyFile));
    const rows = await Promise.all(
      (await wrapped.list()).map(async (row) => {
        const purpose = purposeOf[row.kind](row.name);
        const secret = await keys.unwrap(row.wrapped, purpose);
        const again = await next.wrap(secret, purpose);
        secret.fill(0);
        return { ...row, wrapped: again };
      }),
    );
    await wrapped.replace(rows, { at: now, kind: 'master-key-rotated', reason: `${rows.length}` });
    settleNextKey(keyFile);
    return rows.length;
  } finally {
    await storage.close();
    ledger.close();
  }
}
