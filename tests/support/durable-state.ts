/**
 * What must be true of a data directory whenever its server was killed: the rows fit together, and nothing is missing
 * that somebody was told.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { verifyAudit } from '@blindsight/server/audit';
import { openFileLedger } from '../../packages/server/src/deletions/file-ledger.ts';
import { isDeletion } from '../../packages/server/src/ports/deletion-ledger.ts';
import { storageOver } from '../../packages/server/src/storage/sqlite/index.ts';
import type { Exchange } from './http-client.ts';

/** Everything a device asked, answered or not, and every answer. */
export interface Conversation {
  readonly attempts: readonly { readonly method: string; readonly url: string }[];
  readonly exchanges: readonly Exchange[];
}

/** Each selects rows that must not be. */
const contradictions: Readonly<Record<string, string>> = {
  'a ticket is unused and burned': `SELECT t.generation_id, t.idx FROM ticket t JOIN generation g ON g.id = t.generation_id
     WHERE t.idx <= g.last_burned`,
  'a ticket is neither unused nor burned': `SELECT g.id FROM generation g
     WHERE g.count - 1 - g.last_burned <> (SELECT count(*) FROM ticket t WHERE t.generation_id = g.id)`,
  'a ticket was spent twice': `SELECT generation_id, ticket_index FROM sign_in WHERE ticket_index IS NOT NULL
     GROUP BY 1, 2 HAVING count(*) > 1`,
  'a spent ticket is not burned': `SELECT s.id FROM sign_in s JOIN generation g ON g.id = s.generation_id
     WHERE s.ticket_index > g.last_burned`,
  'a reply without its hashes': `SELECT id FROM sign_in WHERE state IN ('replied', 'accepted')
     AND (reply_hash IS NULL OR token_hash IS NULL OR ticket_index IS NULL)`,
  'a ticket belongs to no generation':
    'SELECT 1 FROM ticket WHERE generation_id NOT IN (SELECT id FROM generation)',
  'a generation belongs to no device':
    'SELECT 1 FROM generation WHERE device_id NOT IN (SELECT id FROM device)',
  'a generation belongs to no ceremony':
    'SELECT 1 FROM generation WHERE enrolment_id NOT IN (SELECT id FROM enrolment)',
  'a data key belongs to no device': 'SELECT 1 FROM data_key WHERE device_id NOT IN (SELECT id FROM device)',
  'a device that is erased keeps something': `SELECT d.id FROM device d WHERE d.state IN ('erased', 'revoked')
     AND (d.id IN (SELECT device_id FROM data_key) OR d.id IN (SELECT device_id FROM generation))`,
  'an active device lacks something': `SELECT d.id FROM device d WHERE d.state = 'active' AND (
       d.id NOT IN (SELECT device_id FROM data_key)
       OR (SELECT group_concat(class, ' ') FROM (SELECT class FROM generation WHERE device_id = d.id AND staged = 0
             AND public_key IS NOT NULL ORDER BY class)) IS NOT 'ordinary root')`,
  'a staged device has no ceremony': `SELECT d.id FROM device d WHERE d.state = 'staged' AND d.id NOT IN
     (SELECT device_id FROM enrolment WHERE state = 'stated' AND purpose <> 'renewal')`,
  'something staged belongs to a ceremony that is over': `SELECT g.id FROM generation g JOIN enrolment e ON e.id = g.enrolment_id
     WHERE g.staged = 1 AND e.state <> 'stated'`,
  'a receipt for a device that has something': `SELECT r.device_id FROM erasure_receipt r
     WHERE r.device_id IN (SELECT device_id FROM data_key)`,
};

/** @returns what is wrong, in words; empty when nothing is. */
export async function faultsOf(data: string, device: Conversation): Promise<string[]> {
  const db = new DatabaseSync(join(data, 'blindsight.db'));
  const ledger = openFileLedger(join(data, 'deletions.log'));
  try {
    const faults: string[] = [];
    const { integrity_check: verdict } = db.prepare('PRAGMA integrity_check').get() as {
      integrity_check: string;
    };
    if (verdict !== 'ok') faults.push(`integrity: ${verdict}`);
    if (db.prepare('PRAGMA foreign_key_check').all().length > 0) faults.push('a foreign key leads nowhere');
    for (const [what, sql] of Object.entries(contradictions)) {
      const rows = db.prepare(sql).all();
      if (rows.length > 0) faults.push(`${what}: ${JSON.stringify(rows.slice(0, 3))}`);
    }
    const { brokenAt } = await verifyAudit(storageOver(db).audit);
    if (brokenAt !== undefined) faults.push(`the audit log is broken at row ${brokenAt}`);
    const inLedger = new Set(
      ledger.rows().flatMap(({ entry }) => (isDeletion(entry) ? [entry.receiptId] : [])),
    );
    for (const { receipt_id: id } of db.prepare('SELECT receipt_id FROM erasure_receipt').all()) {
      if (!inLedger.has(String(id))) faults.push(`receipt ${id} is not in the ledger`);
    }
    return [...faults, ...forgotten(db, inLedger, device)];
  } finally {
    ledger.close();
    db.close();
  }
}

type Row = Record<string, string | number | null> | undefined;

/** What the device was told, request by request, and the database does not know. */
function forgotten(db: DatabaseSync, inLedger: ReadonlySet<string>, device: Conversation): string[] {
  const one = (sql: string, ...values: (string | number)[]) => db.prepare(sql).get(...values) as Row;
  const faults: string[] = [];
  for (const exchange of device.exchanges) {
    if (exchange.status >= 300) continue;
    const place = exchange.url.match(/\/v1\/([\w-]+)(?:\/([\w-]+))?(?:\/([\w-]+))?(?:\/(\w+))?(?:\/(\d+))?$/);
    const [, what = '', id = '', part = '', ticketClass = '', index = '0'] = place ?? [];
    const missing = {
      accounts: () =>
        exchange.method === 'POST' &&
        id === '' &&
        !one('SELECT 1 FROM account WHERE id = ?', accountOf(exchange)),
      enrolments: () =>
        part !== '' && !kept(one, device, exchange, { id, part, ticketClass, index: Number(index) }),
      'sign-ins': () => !concluded(one, exchange, id, part),
      renewals: () => !concluded(one, exchange, id, part),
      account: () => exchange.method === 'DELETE' && !erased(one, inLedger, exchange),
    }[what];
    if (missing?.()) faults.push(`acknowledged and not there: ${exchange.method} ${exchange.url}`);
  }
  return faults;
}

type One = (sql: string, ...values: (string | number)[]) => Row;

const accountOf = ({ received }: Exchange) =>
  (JSON.parse(Buffer.from(received).toString()) as { account: { id: string } }).account.id;

/** What a ceremony was sent is there, in use or replaced by a later one, unless it was taken back since. */
function kept(
  one: One,
  device: Conversation,
  exchange: Exchange,
  { id, part, ticketClass, index }: { id: string; part: string; ticketClass: string; index: number },
): boolean {
  const since = device.attempts.slice(device.attempts.findLastIndex(({ url }) => url === exchange.url) + 1);
  const asked = (method: string, path: RegExp) =>
    since.some((one) => one.method === method && path.test(one.url));
  if (asked('DELETE', /\/enrolment$/)) return true;
  const ceremony = one('SELECT state FROM enrolment WHERE id = ?', id);
  // another renewal takes the place of an unfinished one
  if (!ceremony) return asked('POST', /\/renewals$/);
  if (part === 'statement') return ceremony['state'] !== 'open';
  if (part === 'finish') return ceremony['state'] === 'finished' || ceremony['state'] === 'complete';
  const generation = one(
    'SELECT id, last_burned, public_key IS NOT NULL AS keyed FROM generation WHERE enrolment_id = ? AND class = ?',
    ...[id, ticketClass],
  );
  if (!generation) return asked('POST', /\/finish$/);
  if (part === 'public-keys') return generation['keyed'] === 1;
  if (Number(generation['last_burned']) >= index) return true;
  const ticket = 'SELECT body IS NOT NULL AS filled FROM ticket WHERE generation_id = ? AND idx = ?';
  return one(ticket, String(generation['id']), index)?.['filled'] === 1;
}

/** A reply stands for a burned ticket, an accepted answer for an accepted ceremony. */
function concluded(one: One, { sent }: Exchange, id: string, part: string): boolean {
  if (part !== 'probe' && part !== 'answer') return true;
  const row = one('SELECT state, ticket_index AS spent FROM sign_in WHERE id = ?', id);
  if (part === 'answer') return row?.['state'] === 'accepted';
  // version, then the index
  return (
    row?.['spent'] === Buffer.from(sent).readUInt32BE(1) &&
    row['state'] !== 'open' &&
    row['state'] !== 'burned'
  );
}

function erased(one: One, inLedger: ReadonlySet<string>, { received }: Exchange): boolean {
  const { receiptId, deviceId } = JSON.parse(Buffer.from(received).toString()) as Record<string, string>;
  const receipt = one('SELECT 1 FROM erasure_receipt WHERE receipt_id = ?', receiptId!);
  const device = one('SELECT state FROM device WHERE id = ?', deviceId!);
  return receipt !== undefined && device?.['state'] === 'erased' && inLedger.has(receiptId!);
}
