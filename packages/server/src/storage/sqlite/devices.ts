import type { DatabaseSync } from 'node:sqlite';
import { ServerError } from '../../errors.ts';
import type { Deletion } from '../../ports/deletion-ledger.ts';
import type {
  Consent,
  Device,
  Devices,
  DeviceView,
  ErasureReceipt,
  Generation,
  Remains,
} from '../../ports/devices.ts';
import type { AppendAudit } from './audit.ts';
import { truncateLog } from './open.ts';
import { all, one } from './rows.ts';
import { transaction } from './transaction.ts';

const columns = `id, account_id AS accountId, label, profile, state, public_key AS publicKey,
  created_at AS createdAt, last_used_at AS lastUsedAt, renewals, renewed_at AS renewedAt,
  added_by AS addedBy, root_since AS rootSince`;
/** Tickets of the class in use: those that could be spent now, or those that may still arrive. */
const tickets = (ticketClass: string, body: 'IS NOT NULL' | 'IS NULL') =>
  `(SELECT count(*) FROM ticket JOIN generation g ON g.id = generation_id
    WHERE g.device_id = device.id AND g.class = '${ticketClass}' AND g.staged = 0 AND body ${body})`;
const zero = { tickets: 0, publicKeys: 0, dataKeys: 0, images: 0 };

export function sqliteDevices(db: DatabaseSync, audit: AppendAudit): Devices {
  const find = db.prepare(`SELECT ${columns} FROM device WHERE id = ? AND state <> 'staged'`);
  const list = db.prepare(
    `SELECT ${columns}, ${tickets('ordinary', 'IS NOT NULL')} AS ticketsLeft,
       ${tickets('ordinary', 'IS NULL')} AS ticketsWaiting, ${tickets('root', 'IS NOT NULL')} AS rootTicketsLeft
     FROM device WHERE account_id = ? AND state <> 'staged' ORDER BY created_at, rowid`,
  );
  const unused = db.prepare(
    `SELECT ${columns} FROM device WHERE state = 'active' AND coalesce(last_used_at, created_at) < ?`,
  );
  const unerased = db.prepare(
    `SELECT ${columns} FROM device WHERE state = 'revoked' AND id IN (SELECT device_id FROM data_key)`,
  );
  const generation = db.prepare(
    `SELECT id, device_id AS deviceId, class AS ticketClass, parameter_set AS parameterSet,
       manifest_hash AS manifestHash, tau, s_max AS sMax, count, last_burned AS lastBurned
     FROM generation WHERE device_id = ? AND class = ? AND staged = 0`,
  );
  const dataKey = db.prepare('SELECT wrapped FROM data_key WHERE device_id = ?');
  const consents = db.prepare(
    `SELECT account_id AS accountId, device_id AS deviceId, purpose, version, language, hash,
       given_at AS givenAt, withdrawn_at AS withdrawnAt
     FROM consent WHERE account_id = ? ORDER BY given_at, rowid`,
  );
  const giveConsent = db.prepare(
    `INSERT INTO consent (account_id, device_id, purpose, version, language, hash, given_at)
     SELECT ?, id, ?, ?, ?, ?, ? FROM device WHERE id = ? AND state = 'active'`,
  );
  const receipts = db.prepare(
    `SELECT receipt_id AS receiptId, erased_at AS erasedAt, device_id AS deviceId, generations,
       tickets_erased AS ticketsErased, images_erased AS imagesErased
     FROM erasure_receipt WHERE account_id = ? ORDER BY erased_at, rowid`,
  );
  const erasures = db.prepare(
    `SELECT CASE d.state WHEN 'erased' THEN 'erased' ELSE 'revoked' END AS kind, r.erased_at AS at,
       r.account_id AS accountId, r.device_id AS deviceId, r.receipt_id AS receiptId
     FROM erasure_receipt r LEFT JOIN device d ON d.id = r.device_id ORDER BY r.erased_at, r.rowid`,
  );
  const count = db.prepare(
    `SELECT (SELECT count(*) FROM ticket WHERE generation_id IN (SELECT id FROM generation WHERE device_id = ?1)) AS tickets,
       (SELECT count(*) FROM generation WHERE device_id = ?1 AND public_key IS NOT NULL) AS publicKeys,
       (SELECT count(*) FROM data_key WHERE device_id = ?1) AS dataKeys,
       (SELECT count(*) FROM image_keys WHERE device_id = ?1) + (SELECT count(*) FROM image_template WHERE device_id = ?1)
         + (SELECT count(*) FROM image_check WHERE device_id = ?1) AS images,
       (SELECT count(*) FROM generation WHERE device_id = ?1) AS generations`,
  );
  const erasing = [
    'DELETE FROM data_key WHERE device_id = ?',
    'DELETE FROM ticket WHERE generation_id IN (SELECT id FROM generation WHERE device_id = ?)',
    'DELETE FROM generation WHERE device_id = ?',
    'DELETE FROM image_keys WHERE device_id = ?',
    'DELETE FROM image_check WHERE device_id = ?',
    'DELETE FROM enrolment WHERE device_id = ?',
    `UPDATE sign_in SET state = 'closed' WHERE device_id = ? AND state = 'open'`,
  ].map((sql) => db.prepare(sql));
  const withdraw = db.prepare(
    'UPDATE consent SET withdrawn_at = ? WHERE device_id = ? AND withdrawn_at IS NULL',
  );
  const mark = db.prepare(`UPDATE device SET state = ? WHERE id = ? AND state <> 'revoked'`);
  const keep = db.prepare(
    `INSERT INTO erasure_receipt (receipt_id, account_id, erased_at, device_id, generations, tickets_erased,
       images_erased)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const counted = (deviceId: string) => one<Remains & { generations: number }>(count, deviceId)!;

  return {
    async find(id) {
      return one<Device>(find, id);
    },
    async list(accountId) {
      return all<DeviceView>(list, accountId);
    },
    async unusedSince(before) {
      return all<Device>(unused, before);
    },
    async unerased() {
      return all<Device>(unerased);
    },
    async generation(deviceId, ticketClass) {
      return one<Generation>(generation, deviceId, ticketClass);
    },
    async dataKey(deviceId) {
      return one<{ wrapped: Uint8Array<ArrayBuffer> }>(dataKey, deviceId)?.wrapped;
    },
    async consents(accountId) {
      return all<Consent>(consents, accountId);
    },
    async giveConsent({ accountId, deviceId, purpose, version, language, hash, givenAt }, event) {
      return transaction(db, () => {
        const row = [accountId, purpose, version, language, hash, givenAt, deviceId];
        if (giveConsent.run(...row).changes === 0) return false;
        audit(event);
        return true;
      });
    },
    async erase({ receiptId, accountId, deviceId, to, now }, event) {
      const receipt = transaction(db, () => {
        if (one<Device>(find, deviceId)?.accountId !== accountId) return undefined;
        const before = counted(deviceId);
        for (const statement of erasing) statement.run(deviceId);
        withdraw.run(now, deviceId);
        mark.run(to, deviceId);
        const { generations: left, ...verified } = counted(deviceId);
        if (left + Object.values(verified).reduce((sum, n) => sum + n, 0) > 0) {
          throw new ServerError('internal', { details: { reason: 'erasure left rows', ...verified } });
        }
        keep.run(receiptId, accountId, now, deviceId, before.generations, before.tickets, before.images);
        audit(event);
        const { generations, tickets: ticketsErased, images: imagesErased } = before;
        return { receiptId, erasedAt: now, deviceId, generations, ticketsErased, imagesErased, verified };
      });
      if (receipt) truncateLog(db);
      return receipt;
    },
    async receipts(accountId) {
      return all<Omit<ErasureReceipt, 'verified'>>(receipts, accountId).map((row) => ({
        ...row,
        verified: zero,
      }));
    },
    async remains(deviceId) {
      const { generations: _n, ...remains } = counted(deviceId);
      return remains;
    },
    async erasures() {
      return all<Deletion>(erasures);
    },
  };
}
