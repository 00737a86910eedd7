/**
 * A database and its ledger know each other: the database holds the ledger's name, the ledger how far the
 * database's audit log was when it was last opened or closed.
 * @module
 */
import { equalBytes } from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { Audit } from '../ports/audit.ts';
import type { Anchor, DeletionLedger } from '../ports/deletion-ledger.ts';
import type { KeyManagement } from '../ports/key-management.ts';
import type { Storage } from '../ports/storage.ts';
import { beginFileLedger, ledgerExists, openFileLedger } from './file-ledger.ts';

const secretName = 'deletion-ledger';

/**
 * Opens the database's ledger, or begins it when the database never had one.
 * @throws {ServerError} `ledger-missing` when it had one, `ledger-broken` for another database's.
 */
export async function openLedger(
  path: string,
  storage: Storage,
  keys: KeyManagement,
  now: number,
): Promise<DeletionLedger> {
  const [wrapped] = await storage.secrets.list(secretName);
  if (!ledgerExists(path)) {
    if (wrapped) throw new ServerError('ledger-missing');
    return beginLedger(path, storage, keys, now);
  }
  const ledger = openFileLedger(path);
  try {
    const name = nameOf(ledger);
    if (!wrapped) await storage.secrets.add(secretName, await keys.wrap(name, secretName), now);
    else if (!equalBytes(await keys.unwrap(wrapped, secretName), name))
      throw new ServerError('ledger-broken', { details: { reason: 'of another database' } });
    return ledger;
  } catch (error) {
    ledger.close();
    throw error;
  }
}

/** A new ledger with the erasures the database has receipts of; the one the database knew, if any, is forgotten. */
export async function beginLedger(
  path: string,
  storage: Storage,
  keys: KeyManagement,
  now: number,
): Promise<DeletionLedger> {
  const ledger = beginFileLedger(path, now, await storage.devices.erasures());
  await storage.secrets.add(secretName, await keys.wrap(nameOf(ledger), secretName), now);
  return ledger;
}

const nameOf = (ledger: DeletionLedger) => new TextEncoder().encode(ledger.id);

/** @throws {ServerError} `database-rolled-back` when the audit log does not hold what the ledger saw last. */
export async function requireUnbroken(audit: Audit, ledger: DeletionLedger): Promise<void> {
  const anchor = ledger.rows().findLast(({ entry }) => 'auditRows' in entry)?.entry as Anchor | undefined;
  if (!anchor || anchor.auditRows === 0) return;
  const [row] = await audit.rows(anchor.auditRows, 1);
  if (row?.hash !== anchor.auditHead)
    throw new ServerError('database-rolled-back', { details: { auditRows: anchor.auditRows } });
}

/** Notes in the ledger how far the database is. */
export async function anchor(
  kind: Anchor['kind'],
  audit: Audit,
  ledger: DeletionLedger,
  now: number,
): Promise<void> {
  const { rows, hash } = await audit.head();
  await ledger.append({ kind, at: now, auditRows: rows, auditHead: hash });
}
