import type { DatabaseSync } from 'node:sqlite';
import { equalBytes, type TicketClass } from '@blindsight/protocol/wire';
import { type Enrolment, type Enrolments, named, type Slot } from '../../ports/enrolments.ts';
import type { AppendAudit } from './audit.ts';
import { truncateLog } from './open.ts';
import { all, one } from './rows.ts';
import { transaction } from './transaction.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type EnrolmentRow = Omit<Enrolment, 'consent' | 'recovery' | 'admission'> & {
  recovery: number;
  addedBy?: string;
  guestHash?: string;
  guestKey?: Bytes;
  consentPurpose: string;
  version: string;
  language: string;
  hash: string;
  statementHash?: Bytes;
};

const columns = `id, purpose, account_id AS accountId, device_id AS deviceId, state, label, profile,
  consent_purpose AS consentPurpose, consent_version AS version, consent_language AS language, consent_hash AS hash,
  nonce, created_at AS createdAt, expires_at AS expiresAt, late_until AS lateUntil, client_id AS clientId, origin,
  parameter_set AS parameterSet, manifest_hash AS manifestHash, tau, s_max AS sMax, ordinary, root,
  first_ordinary AS firstOrdinary, hpke_public_key AS hpkePublicKey, hpke_private_key AS hpkePrivateKey,
  statement_hash AS statementHash, recovery, added_by AS addedBy, guest_hash AS guestHash, guest_key AS guestKey, liveness, challenge_hash AS challengeHash,
  finished_at AS finishedAt`;

export function sqliteEnrolments(db: DatabaseSync, audit: AppendAudit): Enrolments {
  const insert = db.prepare(
    `INSERT INTO enrolment (id, purpose, account_id, device_id, state, label, profile,
       consent_purpose, consent_version, consent_language, consent_hash, nonce, created_at, expires_at, late_until,
       client_id, origin, parameter_set, manifest_hash, tau, s_max, ordinary, root, first_ordinary,
       hpke_public_key, hpke_private_key, liveness, recovery,
       added_by, guest_hash, guest_key)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const find = db.prepare(`SELECT ${columns} FROM enrolment WHERE id = ?`);
  const setFinished = db.prepare(`UPDATE enrolment SET state = 'finished', finished_at = ? WHERE id = ?`);
  const complete = db.prepare(
    `UPDATE enrolment SET state = 'complete', hpke_private_key = NULL WHERE id = ?`,
  );
  const beginChallenge = db.prepare(
    'UPDATE enrolment SET challenge_begun = 1 WHERE id = ? AND challenge_begun = 0',
  );
  const passChallenge = db.prepare('UPDATE enrolment SET challenge_hash = ? WHERE id = ?');
  const setStatement = db.prepare(`UPDATE enrolment SET state = 'stated', statement_hash = ? WHERE id = ?`);
  const insertDevice = db.prepare(
    `INSERT INTO device (id, account_id, label, profile, state, public_key, created_at, added_by, root_since)
     VALUES (?1, ?2, ?3, ?4, 'staged', ?5, ?6, ?7,
       (SELECT coalesce(root_since, created_at) FROM device WHERE id = ?7))`,
  );
  const insertDataKey = db.prepare('INSERT INTO data_key (device_id, wrapped) VALUES (?, ?)');
  const insertGeneration = db.prepare(
    `INSERT INTO generation (id, device_id, enrolment_id, staged, class, parameter_set, manifest_hash, tau, s_max,
       count, public_key_hash)
     VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const generationTaken = db.prepare('SELECT 1 AS taken FROM generation WHERE id = ?');
  const insertTicket = db.prepare('INSERT INTO ticket (generation_id, idx, hash) VALUES (?, ?, ?)');
  const generation = db.prepare(
    `SELECT g.id, g.count, g.public_key_hash AS hash, g.public_key IS NOT NULL AS filled
     FROM generation g JOIN enrolment e ON e.id = g.enrolment_id
     WHERE e.id = ? AND e.state <> 'open' AND g.class = ?`,
  );
  const ticket = db.prepare(
    'SELECT hash, body IS NOT NULL AS filled FROM ticket WHERE generation_id = ? AND idx = ?',
  );
  const fillPublicKey = db.prepare(
    'UPDATE generation SET public_key = ? WHERE id = ? AND public_key IS NULL',
  );
  const fillTicket = db.prepare(
    'UPDATE ticket SET body = ? WHERE generation_id = ? AND idx = ? AND body IS NULL',
  );
  const waiting = db.prepare('SELECT idx FROM ticket WHERE generation_id = ? AND body IS NULL');
  const waitingFor = db.prepare(
    `SELECT count(*) AS n FROM ticket WHERE body IS NULL
       AND generation_id IN (SELECT id FROM generation WHERE enrolment_id = ?)`,
  );
  const filledBelow = db.prepare(
    'SELECT count(*) AS n FROM ticket WHERE generation_id = ? AND idx < ? AND body IS NOT NULL',
  );
  const activate = db.prepare(`UPDATE device SET state = 'active' WHERE id = ?`);
  const insertConsent = db.prepare(
    `INSERT INTO consent (account_id, device_id, purpose, version, language, hash, given_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  // tickets, generations and the data key go with the device
  const removeDevice = db.prepare(`DELETE FROM device WHERE id = ? AND state = 'staged'`);
  const removeEnrolment = db.prepare('DELETE FROM enrolment WHERE id = ?');
  const overdue = db.prepare(
    `SELECT ${columns} FROM enrolment
     WHERE (state IN ('open', 'stated') AND expires_at <= ?1) OR (state = 'finished' AND late_until <= ?1)`,
  );
  const dropWaiting = db.prepare(
    `DELETE FROM ticket WHERE body IS NULL
       AND generation_id IN (SELECT id FROM generation WHERE enrolment_id = ?)`,
  );
  const unfinishedRenewals = db.prepare(
    `SELECT ${columns} FROM enrolment WHERE device_id = ? AND purpose = 'renewal' AND state IN ('open', 'stated')`,
  );
  const rootMatched = db.prepare(
    `SELECT 1 AS matched FROM sign_in WHERE id = ? AND purpose = ? AND state = 'accepted'`,
  );
  // its tickets go with it
  const removeGenerations = db.prepare('DELETE FROM generation WHERE enrolment_id = ? AND staged = 1');
  const unstage = db.prepare('UPDATE generation SET staged = 0 WHERE enrolment_id = ?');
  const inUse = db.prepare(
    `SELECT id FROM generation WHERE device_id = ? AND class = 'ordinary' AND staged = 0`,
  );
  const removeGeneration = db.prepare('DELETE FROM generation WHERE id = ?');
  const closeSignIns = db.prepare(
    `UPDATE sign_in SET state = 'closed' WHERE generation_id = ? AND state = 'open'`,
  );
  const finishedBefore = db.prepare(`SELECT id FROM enrolment WHERE device_id = ? AND state = 'finished'`);
  const activeDevice = db.prepare(`SELECT 1 AS active FROM device WHERE id = ? AND state = 'active'`);
  const otherDevices = db.prepare(
    `SELECT count(*) AS n FROM device WHERE account_id = ? AND id <> ? AND state <> 'staged'`,
  );
  const revokeDevices = db.prepare(
    `UPDATE device SET state = 'revoked' WHERE account_id = ? AND id <> ? AND state <> 'staged'`,
  );
  const recovering = db.prepare(
    `SELECT max(expires_at) AS until FROM enrolment
     WHERE account_id = ? AND recovery = 1 AND state IN ('open', 'stated') AND expires_at > ?`,
  );
  const renewed = db.prepare('UPDATE device SET renewals = renewals + 1, renewed_at = ? WHERE id = ?');

  type GenerationSlot = { id: string; count: number; hash: Bytes; filled: number };
  const generationAt = (id: string, ticketClass: TicketClass) =>
    one<GenerationSlot>(generation, id, ticketClass);
  const rowOf = (id: string) => one<EnrolmentRow>(find, id);
  const unfinished = (row: EnrolmentRow) => row.state === 'open' || row.state === 'stated';
  const number = (row: unknown) => (row as { n: number }).n;

  const removeStaged = (row: EnrolmentRow) => {
    removeGenerations.run(row.id);
    if (row.purpose !== 'renewal') removeDevice.run(row.deviceId);
    removeEnrolment.run(row.id);
  };
  const abandon = (row: EnrolmentRow, reason: string, at: number) => {
    removeStaged(row);
    const { accountId, deviceId, id: ceremonyId } = row;
    audit({ at, kind: `${named[row.purpose]}-abandoned`, accountId, deviceId, ceremonyId, reason });
  };
  const completeIfFull = (id: string, now: number) => {
    const row = rowOf(id);
    if (row?.state !== 'finished' || number(waitingFor.get(id)) > 0) return;
    complete.run(id);
    const { accountId, deviceId } = row;
    audit({ at: now, kind: `${named[row.purpose]}-completed`, accountId, deviceId, ceremonyId: id });
  };
  /** The generation in use, and everything that still refers to it, make room for the staged one. */
  const replaceOrdinary = (deviceId: string, now: number) => {
    for (const { id } of all<{ id: string }>(inUse, deviceId)) {
      removeGeneration.run(id);
      closeSignIns.run(id);
    }
    for (const { id } of all<{ id: string }>(finishedBefore, deviceId)) completeIfFull(id, now);
    renewed.run(now, deviceId);
  };

  /** What was enrolled before ends with a recovery. @returns false when there is such a device and this is none. */
  const revokeOthers = ({ accountId, deviceId, recovery }: EnrolmentRow): boolean => {
    if (recovery === 0 && number(otherDevices.get(accountId, deviceId)) > 0) return false;
    revokeDevices.run(accountId, deviceId);
    return true;
  };

  return {
    async begin(e, event) {
      transaction(db, () => {
        if (e.purpose === 'renewal') {
          for (const row of all<EnrolmentRow>(unfinishedRenewals, e.deviceId))
            abandon(row, 'superseded', event.at);
        }
        const { purpose, version, language, hash } = e.consent;
        const consent = [purpose, version, language, hash];
        insert.run(
          ...[e.id, e.purpose, e.accountId, e.deviceId, e.state, e.label, e.profile, ...consent, e.nonce],
          ...[e.createdAt, e.expiresAt, e.lateUntil, e.clientId, e.origin, e.parameterSet, e.manifestHash],
          ...[e.tau, e.sMax, e.ordinary, e.root, e.firstOrdinary, e.hpkePublicKey, e.hpkePrivateKey ?? null],
          ...[e.liveness, e.recovery ? 1 : 0, e.admission?.addedBy ?? null],
          ...[e.admission?.guestHash ?? null, e.admission?.devicePublicKey ?? null],
        );
        audit(event);
      });
    },
    async find(id) {
      const row = rowOf(id);
      if (!row) return undefined;
      const { consentPurpose: purpose, version, language, hash, statementHash: _hash, ...rest } = row;
      const { addedBy, guestHash, guestKey: devicePublicKey, ...enrolment } = rest;
      const admitted = addedBy !== undefined && guestHash !== undefined && devicePublicKey !== undefined;
      return {
        ...enrolment,
        recovery: row.recovery === 1,
        ...(admitted ? { admission: { addedBy, guestHash, devicePublicKey } } : {}),
        consent: { purpose, version, language, hash },
      };
    },
    async beginChallenge(id) {
      return beginChallenge.run(id).changes === 1;
    },
    async passChallenge(id, challengeHash) {
      return passChallenge.run(challengeHash, id).changes === 1;
    },
    async state(id, statement, event) {
      return transaction(db, () => {
        const row = rowOf(id);
        if (!row || row.expiresAt <= event.at) return 'closed';
        if (row.statementHash) return equalBytes(row.statementHash, statement.hash) ? 'same' : 'different';
        if (statement.generations.some((one) => generationTaken.get(one.id))) return 'different';
        if (row.purpose !== 'enrol' && !rootMatched.get(id, row.purpose)) return 'unproven';
        if (statement.newDevice) {
          const { publicKey, dataKey } = statement.newDevice;
          insertDevice.run(
            ...[row.deviceId, row.accountId, row.label, row.profile, publicKey, event.at],
            row.addedBy ?? null,
          );
          insertDataKey.run(row.deviceId, dataKey);
        }
        for (const { id: generationId, ticketClass, publicKeyHash, ticketHashes } of statement.generations) {
          insertGeneration.run(
            ...[generationId, row.deviceId, id, ticketClass, row.parameterSet, row.manifestHash],
            ...[row.tau, row.sMax, ticketHashes.length, publicKeyHash],
          );
          for (const [index, hash] of ticketHashes.entries()) insertTicket.run(generationId, index, hash);
        }
        setStatement.run(statement.hash, id);
        audit(event);
        return 'stated';
      });
    },
    async slot({ enrolmentId, ticketClass, index }): Promise<Slot | undefined> {
      const at = generationAt(enrolmentId, ticketClass);
      if (!at) return undefined;
      if (index === undefined) return { generationId: at.id, hash: at.hash, filled: at.filled === 1 };
      if (index >= at.count) return undefined;
      const row = one<{ hash: Bytes; filled: number }>(ticket, at.id, index);
      if (!row) return { generationId: at.id, filled: true };
      return { generationId: at.id, hash: row.hash, filled: row.filled === 1 };
    },
    async fill({ enrolmentId, ticketClass, index }, body, now) {
      transaction(db, () => {
        const at = generationAt(enrolmentId, ticketClass);
        if (!at) return;
        if (index === undefined) fillPublicKey.run(body, at.id);
        else fillTicket.run(body, at.id, index);
        completeIfFull(enrolmentId, now);
      });
    },
    async received(id) {
      const arrived = (ticketClass: TicketClass) => {
        const at = generationAt(id, ticketClass);
        if (!at) return [];
        const missing = new Set(all<{ idx: number }>(waiting, at.id).map((row) => row.idx));
        return Array.from({ length: at.count }, (_, index) => index).filter((index) => !missing.has(index));
      };
      const publicKeys = (['ordinary', 'root'] as const).filter(
        (name) => generationAt(id, name)?.filled === 1,
      );
      return { ordinary: arrived('ordinary'), root: arrived('root'), publicKeys };
    },
    async finish(id, events, now) {
      const finished = transaction(db, () => {
        const row = rowOf(id);
        if (!row || row.expiresAt <= now || !unfinished(row)) return 'closed';
        const root = generationAt(id, 'root');
        const ordinary = generationAt(id, 'ordinary');
        const enough = (at: GenerationSlot | undefined, count: number) =>
          count === 0 || (at?.filled === 1 && number(filledBelow.get(at.id, count)) === count);
        if (!ordinary || !enough(root, row.root) || !enough(ordinary, row.firstOrdinary)) return 'incomplete';
        const { accountId, deviceId, consentPurpose, version, language, hash, createdAt } = row;
        if (row.purpose === 'enrol' && !revokeOthers(row)) return 'closed';
        if (row.addedBy && !activeDevice.get(row.addedBy)) return 'closed';
        if (row.purpose === 'renewal') replaceOrdinary(deviceId, now);
        else {
          activate.run(deviceId);
          insertConsent.run(accountId, deviceId, consentPurpose, version, language, hash, createdAt);
        }
        unstage.run(id);
        setFinished.run(now, id);
        for (const event of events) audit(event);
        completeIfFull(id, now);
        return number(filledBelow.get(ordinary.id, ordinary.count));
      });
      // what a renewal deleted must not be found in the log either
      if (typeof finished === 'number' && rowOf(id)?.purpose === 'renewal') truncateLog(db);
      return finished;
    },
    async recoveringUntil(accountId, now) {
      return one<{ until?: number }>(recovering, accountId, now)?.until;
    },
    async cancel(id, event) {
      return transaction(db, () => {
        const row = rowOf(id);
        if (!row || !unfinished(row)) return false;
        removeStaged(row);
        audit(event);
        return true;
      });
    },
    async sweep(now) {
      return transaction(db, () => {
        const rows = all<EnrolmentRow>(overdue, now);
        for (const row of rows) {
          if (unfinished(row)) abandon(row, 'expired', now);
          else {
            // what has not come by now will not come: its slots and the key it was sealed to go
            dropWaiting.run(row.id);
            completeIfFull(row.id, now);
          }
        }
        return rows.length;
      });
    },
  };
}
