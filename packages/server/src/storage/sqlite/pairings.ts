import type { DatabaseSync } from 'node:sqlite';
import type { Pairing, Pairings } from '../../ports/pairings.ts';
import type { AppendAudit } from './audit.ts';
import { one } from './rows.ts';
import { transaction } from './transaction.ts';

const day = 24 * 3600 * 1000;
const underWay = `state NOT IN ('closed', 'authorised')`;
const end = `UPDATE pairing SET state = 'closed', offer = NULL, confirmation = NULL`;

type Row = Omit<Pairing, 'guest'> & { readonly guest?: string };

export function sqlitePairings(db: DatabaseSync, audit: AppendAudit): Pairings {
  const insert = db.prepare(
    `INSERT INTO pairing (id, account_id, device_id, new_device_id, state, created_at, expires_at, liveness)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const endOthers = db.prepare(`${end} WHERE account_id = ? AND ${underWay}`);
  const endOne = db.prepare(`${end} WHERE id = ? AND ${underWay}`);
  const endOverdue = db.prepare(`${end} WHERE expires_at <= ? AND ${underWay}`);
  const forget = db.prepare('DELETE FROM pairing WHERE expires_at <= ?');
  const find = db.prepare(
    `SELECT id, account_id AS accountId, device_id AS deviceId, new_device_id AS newDeviceId, state,
       created_at AS createdAt, expires_at AS expiresAt, liveness, challenge_hash AS challengeHash,
       guest, offer, confirmation
     FROM pairing WHERE id = ?`,
  );
  // each moves one row from the one state it must be in, before its time is over
  const join = db.prepare(
    `UPDATE pairing SET state = 'joined', guest = ? WHERE id = ? AND state = 'open' AND expires_at > ?`,
  );
  const beginChallenge = db.prepare(
    `UPDATE pairing SET challenge_begun = 1
     WHERE id = ? AND state = 'joined' AND expires_at > ? AND challenge_begun = 0`,
  );
  const passChallenge = db.prepare(
    `UPDATE pairing SET challenge_hash = ? WHERE id = ? AND state = 'joined' AND expires_at > ?`,
  );
  const offer = db.prepare(
    `UPDATE pairing SET state = 'offered', offer = ? WHERE id = ? AND state = 'joined' AND expires_at > ?`,
  );
  const confirm = db.prepare(
    `UPDATE pairing SET state = 'confirmed', confirmation = ? WHERE id = ? AND state = 'offered' AND expires_at > ?`,
  );
  const authorise = db.prepare(
    `UPDATE pairing SET state = 'authorised', offer = NULL WHERE id = ? AND state = 'confirmed' AND expires_at > ?`,
  );
  return {
    async begin(p, event) {
      transaction(db, () => {
        endOthers.run(p.accountId);
        insert.run(
          ...[p.id, p.accountId, p.deviceId, p.newDeviceId, p.state, p.createdAt, p.expiresAt, p.liveness],
        );
        audit(event);
      });
    },
    async find(id) {
      const row = one<Row>(find, id);
      if (!row) return undefined;
      const { guest, ...pairing } = row;
      return guest === undefined
        ? pairing
        : { ...pairing, guest: JSON.parse(guest) as NonNullable<Pairing['guest']> };
    },
    async join(id, guest, now) {
      return join.run(JSON.stringify(guest), id, now).changes === 1;
    },
    async beginChallenge(id, now) {
      return beginChallenge.run(id, now).changes === 1;
    },
    async passChallenge(id, challengeHash, now) {
      return passChallenge.run(challengeHash, id, now).changes === 1;
    },
    async offer(id, bytes, now) {
      return offer.run(bytes, id, now).changes === 1;
    },
    async confirm(id, bytes, now) {
      return confirm.run(bytes, id, now).changes === 1;
    },
    async authorise(id, event) {
      return transaction(db, () => {
        if (authorise.run(id, event.at).changes === 0) return false;
        audit(event);
        return true;
      });
    },
    async close(id, event) {
      transaction(db, () => {
        if (endOne.run(id).changes === 1) audit(event);
      });
    },
    async sweep(now) {
      const { changes } = endOverdue.run(now);
      forget.run(now - day);
      return Number(changes);
    },
  };
}
