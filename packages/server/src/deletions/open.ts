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
 * Opens the database's ledger, or begins it with the erasures the database has receipts of.
 * @throws {ServerError} `ledger-missing` when the database had one, `ledger-broken` for another database's.
 */
export async function openLedger(
  path: string,
  storage: Storage,
  keys: KeyManagement,
  now: number,
): Promise<DeletionLedger> {
  const [wrapped] = await storage.secrets.list(secretName);
  if (wrapped && !ledgerExists(path)) throw new ServerError('ledger-missing');
  const ledger = ledgerExists(path)
    ? openFileLedger(path)
    : beginFileLedger(path, now, await storage.devices.erasures());
  const name = new TextEncoder().encode(ledger.id);
  if (!wrapped) await storage.secrets.add(secretName, await keys.wrap(name, secretName), now);
  else if (!equalBytes(await keys.unwrap(wrapped, secretName), name)) {
    ledger.close();
    throw new ServerError('ledger-broken', { details: { reason: 'of another database' } });
  }
  return ledger;
}

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
