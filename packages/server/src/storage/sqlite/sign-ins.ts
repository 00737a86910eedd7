import type { DatabaseSync } from 'node:sqlite';
import {
  type Budgets,
  type BurnRefusal,
  type BurnResult,
  pendingAllowed,
  type SignIn,
  type SignIns,
} from '../../ports/sign-ins.ts';
import type { AppendAudit } from './audit.ts';
import { sqliteFaceFactors } from './face-factors.ts';
import { all, one } from './rows.ts';
import { transaction } from './transaction.ts';

type Bytes = Uint8Array<ArrayBuffer>;
const day = 24 * 3600 * 1000;
const underWay = `state IN ('open', 'burned', 'replied')`;

/** Tickets burned within a day, by device and by device and application; the times of the oldest of them. */
interface Spent {
  readonly today: number;
  readonly first?: number;
  readonly here: number;
  readonly firstHere?: number;
}

const columns = `id, purpose, state, account_id AS accountId, device_id AS deviceId, client_id AS clientId,
  interaction_uid AS interactionUid, owner_hash AS ownerHash, nonce, created_at AS createdAt, expires_at AS expiresAt,
  origin, manifest_hash AS manifestHash, tau, s_max AS sMax, generation_id AS generationId, class AS ticketClass,
  passkey_challenge AS passkeyChallenge, liveness, image, ticket_index AS ticketIndex, challenge_hash AS challengeHash,
  probe_hash AS probeHash,
  reply_hash AS replyHash, token_hash AS tokenHash`;

export function sqliteSignIns(db: DatabaseSync, audit: AppendAudit): SignIns {
  const insert = db.prepare(
    `INSERT INTO sign_in (id, purpose, state, account_id, device_id, client_id, interaction_uid, owner_hash, nonce,
       created_at, expires_at, origin, manifest_hash, tau, s_max, generation_id, class, passkey_challenge, liveness, image)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const find = db.prepare(`SELECT ${columns} FROM sign_in WHERE id = ?`);
  const ofInteraction = db.prepare(
    `SELECT ${columns} FROM sign_in WHERE interaction_uid = ? AND ${underWay}`,
  );
  const overdue = db.prepare(`SELECT ${columns} FROM sign_in WHERE expires_at <= ? AND ${underWay}`);
  const move = db.prepare('UPDATE sign_in SET state = ? WHERE id = ?');
  const toBurned = db.prepare(
    `UPDATE sign_in SET state = 'burned', ticket_index = ? WHERE id = ? AND state = 'open'`,
  );
  const toChallenged = db.prepare(
    `UPDATE sign_in SET challenge_hash = ? WHERE id = ? AND state = 'burned' AND challenge_hash IS NULL`,
  );
  const toReplied = db.prepare(
    `UPDATE sign_in SET state = 'replied', probe_hash = ?, reply_hash = ?, token_hash = ?
     WHERE id = ? AND state = 'burned'`,
  );
  const pending = db.prepare(
    `SELECT count(*) AS n FROM sign_in WHERE account_id = ? AND state IN ('burned', 'replied')`,
  );
  const activeDevice = db.prepare(`SELECT 1 AS active FROM device WHERE id = ? AND state = 'active'`);
  const generation = db.prepare(
    'SELECT last_burned AS lastBurned, public_key AS publicKey FROM generation WHERE id = ?',
  );
  const attempts = db.prepare(
    `SELECT count(*) AS today, min(at) AS first,
       count(*) FILTER (WHERE client_id = ?2) AS here, min(at) FILTER (WHERE client_id = ?2) AS firstHere
     FROM attempt WHERE device_id = ?1 AND at > ?3`,
  );
  const attempt = db.prepare('INSERT INTO attempt (device_id, client_id, at) VALUES (?, ?, ?)');
  const body = db.prepare('SELECT body FROM ticket WHERE generation_id = ? AND idx = ? AND body IS NOT NULL');
  const burnUpTo = db.prepare('DELETE FROM ticket WHERE generation_id = ? AND idx <= ?');
  const setLastBurned = db.prepare(
    'UPDATE generation SET last_burned = ?2 WHERE id = ?1 AND last_burned < ?2',
  );
  const used = db.prepare('UPDATE device SET last_used_at = ? WHERE id = ?');
  const forget = db.prepare(`DELETE FROM sign_in WHERE expires_at <= ? AND NOT ${underWay}`);
  const forgetAttempts = db.prepare('DELETE FROM attempt WHERE at <= ?');

  const faces = sqliteFaceFactors(db);
  const note = (
    row: SignIn,
    kind: 'sign-in-accepted' | 'sign-in-failed' | 'sign-in-closed' | 'face-locked',
    at: number,
  ) => {
    const { accountId, deviceId, clientId, id: ceremonyId, purpose } = row;
    const reason = purpose === 'sign-in' ? {} : { reason: purpose };
    audit({ at, kind, accountId, deviceId, ceremonyId, clientId, ...reason });
  };
  const fail = (row: SignIn, budgets: Budgets, now: number) => {
    move.run('failed', row.id);
    note(row, 'sign-in-failed', now);
    if (faces.failed(row.accountId, budgets, now)) note(row, 'face-locked', now);
  };
  const end = (row: SignIn, budgets: Budgets, now: number) => {
    if (row.state === 'burned' || row.state === 'replied') fail(row, budgets, now);
    else if (row.state === 'open') {
      move.run('closed', row.id);
      note(row, 'sign-in-closed', now);
    }
  };

  /** Why this burn may not be, from the state under the transaction's lock. */
  const obstacle = (row: SignIn, budgets: Budgets, now: number): BurnResult | undefined => {
    const { failures, lockedUntil = 0 } = faces.of(row.accountId);
    if (lockedUntil > now) return refusal('face-locked', lockedUntil);
    const { n } = pending.get(row.accountId) as { n: number };
    if (n >= pendingAllowed(failures, budgets)) return refusal('face-locked', row.expiresAt);
    const spent = one<Spent>(attempts, row.deviceId, row.clientId, now - day)!;
    if (spent.today >= budgets.perDay) return refusal('budget-exhausted', spent.first! + day);
    if (spent.here >= budgets.perDayAndClient) return refusal('budget-exhausted', spent.firstHere! + day);
    return undefined;
  };

  return {
    async begin(s, budgets, event) {
      transaction(db, () => {
        for (const row of all<SignIn>(ofInteraction, s.interactionUid)) end(row, budgets, event.at);
        insert.run(
          ...[s.id, s.purpose, s.state, s.accountId, s.deviceId, s.clientId, s.interactionUid],
          ...[s.ownerHash, s.nonce],
          ...[
            s.createdAt,
            s.expiresAt,
            s.origin,
            s.manifestHash,
            s.tau,
            s.sMax,
            s.generationId,
            s.ticketClass,
          ],
          s.passkeyChallenge ?? null,
          s.liveness,
          s.image ? 1 : 0,
        );
        audit(event);
      });
    },
    async find(id) {
      const row = one<Omit<SignIn, 'image'> & { image: number }>(find, id);
      return row && { ...row, image: row.image === 1 };
    },
    async burn({ id, index, budgets, now }, event) {
      return transaction(db, (): BurnResult => {
        const row = one<SignIn>(find, id);
        if (row?.state !== 'open') return refusal('ceremony-closed');
        if (row.expiresAt <= now) return refusal('ceremony-expired');
        const keys = one<{ lastBurned: number; publicKey?: Bytes }>(generation, row.generationId);
        if (!keys?.publicKey || !activeDevice.get(row.deviceId)) return refusal('device-revoked');
        const stopped = obstacle(row, budgets, now);
        if (stopped) return stopped;
        if (index <= keys.lastBurned) return refusal('ticket-burned');
        const ticket = one<{ body: Bytes }>(body, row.generationId, index)?.body;
        if (!ticket) return refusal('enrolment-incomplete');
        burnUpTo.run(row.generationId, index);
        setLastBurned.run(row.generationId, index);
        toBurned.run(index, id);
        attempt.run(row.deviceId, row.clientId, now);
        audit(event);
        return { burned: true, ticket, publicKey: keys.publicKey };
      });
    },
    async challenged(id, challengeHash) {
      return toChallenged.run(challengeHash, id).changes === 1;
    },
    async replied(id, { probeHash, replyHash, tokenHash }) {
      return toReplied.run(probeHash, replyHash, tokenHash, id).changes === 1;
    },
    async conclude(id, outcome, budgets, now, provisional = false) {
      return transaction(db, () => {
        const row = one<SignIn>(find, id);
        if (row?.state !== 'replied') return undefined;
        if (outcome === 'failed' || row.expiresAt <= now || !activeDevice.get(row.deviceId)) {
          fail(row, budgets, now);
          return 'failed';
        }
        move.run('accepted', id);
        if (!provisional) faces.accepted(row.accountId);
        used.run(now, row.deviceId);
        note(row, 'sign-in-accepted', now);
        return 'accepted';
      });
    },
    async cancel(id, budgets, now) {
      transaction(db, () => {
        const row = one<SignIn>(find, id);
        if (row) end(row, budgets, now);
      });
    },
    async sweep(budgets, now) {
      return transaction(db, () => {
        const rows = all<SignIn>(overdue, now);
        for (const row of rows) end(row, budgets, now);
        forget.run(now - day);
        forgetAttempts.run(now - day);
        return rows.length;
      });
    },
    async faceFactor(accountId) {
      return faces.of(accountId);
    },
  };
}

const refusal = (reason: BurnRefusal, retryAt?: number): BurnResult => ({
  burned: false,
  reason,
  ...(retryAt === undefined ? {} : { retryAt }),
});
