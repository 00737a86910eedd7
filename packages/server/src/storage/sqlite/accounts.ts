import type { DatabaseSync } from 'node:sqlite';
import type { Account, Accounts, Passkey } from '../../ports/accounts.ts';
import type { AppendAudit } from './audit.ts';
import { all, one } from './rows.ts';
import { transaction } from './transaction.ts';

type PasskeyRow = Omit<Passkey, 'transports' | 'deviceBound'> & { transports: string; deviceBound: number };

const columns = `id, account_id AS accountId, public_key AS publicKey, counter, transports,
  device_bound AS deviceBound, label, created_at AS createdAt`;

export function sqliteAccounts(db: DatabaseSync, audit: AppendAudit): Accounts {
  const insertAccount = db.prepare('INSERT INTO account (id, display_name, created_at) VALUES (?, ?, ?)');
  const insertPasskey = db.prepare(
    `INSERT INTO passkey (id, account_id, public_key, counter, transports, device_bound, label, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const account = db.prepare(
    'SELECT id, display_name AS displayName, created_at AS createdAt FROM account WHERE id = ?',
  );
  const passkey = db.prepare(`SELECT ${columns} FROM passkey WHERE id = ?`);
  const passkeys = db.prepare(
    `SELECT ${columns} FROM passkey WHERE account_id = ? ORDER BY created_at, rowid`,
  );
  const used = db.prepare('UPDATE passkey SET counter = ?1 WHERE id = ?2 AND counter < ?1');
  const taken = db.prepare('SELECT 1 AS taken FROM passkey WHERE id = ?');
  const putPasskey = (key: Passkey) =>
    insertPasskey.run(
      ...[key.id, key.accountId, key.publicKey, key.counter, JSON.stringify(key.transports)],
      ...[key.deviceBound ? 1 : 0, key.label, key.createdAt],
    );
  return {
    async create(next, key, event) {
      return transaction(db, () => {
        if (taken.get(key.id)) return false;
        insertAccount.run(next.id, next.displayName, next.createdAt);
        putPasskey(key);
        audit(event);
        return true;
      });
    },
    async addPasskey(key, event) {
      return transaction(db, () => {
        if (taken.get(key.id)) return false;
        putPasskey(key);
        audit(event);
        return true;
      });
    },
    async find(id) {
      return one<Account>(account, id);
    },
    async passkey(credentialId) {
      const row = one<PasskeyRow>(passkey, credentialId);
      return row && parsed(row);
    },
    async passkeys(accountId) {
      return all<PasskeyRow>(passkeys, accountId).map(parsed);
    },
    async passkeyUsed(credentialId, counter) {
      used.run(counter, credentialId);
    },
  };
}

const parsed = (row: PasskeyRow): Passkey => ({
  ...row,
  transports: JSON.parse(row.transports) as string[],
  deviceBound: row.deviceBound === 1,
});
