import type { DatabaseSync } from 'node:sqlite';
import type { PasskeyQuestion, PasskeyQuestions, Session, Sessions } from '../../ports/sessions.ts';
import { one } from './rows.ts';
import { transaction } from './transaction.ts';

type SessionRow = Omit<Session, 'deviceBound'> & { deviceBound: number };

export function sqliteSessions(db: DatabaseSync): Sessions {
  const insert = db.prepare(
    `INSERT INTO session (id_hash, account_id, created_at, expires_at, authenticated_at, device_bound,
       passkey_id, second_factor_at, face_matched_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = db.prepare(
    `SELECT id_hash AS idHash, account_id AS accountId, created_at AS createdAt, expires_at AS expiresAt,
       authenticated_at AS authenticatedAt, device_bound AS deviceBound, passkey_id AS passkeyId,
       second_factor_at AS secondFactorAt, face_matched_at AS faceMatchedAt
     FROM session WHERE id_hash = ? AND expires_at > ?`,
  );
  const remove = db.prepare('DELETE FROM session WHERE id_hash = ?');
  const expired = db.prepare('DELETE FROM session WHERE expires_at <= ?');
  const put = (s: Session) =>
    insert.run(
      ...[s.idHash, s.accountId, s.createdAt, s.expiresAt, s.authenticatedAt, s.deviceBound ? 1 : 0],
      ...[s.passkeyId, s.secondFactorAt ?? null, s.faceMatchedAt ?? null],
    );
  return {
    async put(session) {
      put(session);
    },
    async find(idHash, now) {
      const row = one<SessionRow>(select, idHash, now);
      return row && { ...row, deviceBound: row.deviceBound === 1 };
    },
    async rotate(oldIdHash, next) {
      return transaction(db, () => {
        if (remove.run(oldIdHash).changes === 0) return false;
        put(next);
        return true;
      });
    },
    async remove(idHash) {
      remove.run(idHash);
    },
    async sweep(now) {
      return Number(expired.run(now).changes);
    },
  };
}

export function sqlitePasskeyQuestions(db: DatabaseSync): PasskeyQuestions {
  const insert = db.prepare(
    `INSERT INTO passkey_question (id, kind, challenge, account_id, display_name, expires_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  // one statement removes and returns, so two racing answers cannot both find the question
  const take = db.prepare(
    `DELETE FROM passkey_question WHERE id = ? AND kind = ?
     RETURNING id, kind, challenge, account_id AS accountId, display_name AS displayName, expires_at AS expiresAt`,
  );
  const expired = db.prepare('DELETE FROM passkey_question WHERE expires_at <= ?');
  return {
    async put(q) {
      insert.run(q.id, q.kind, q.challenge, q.accountId ?? null, q.displayName ?? null, q.expiresAt);
    },
    async take(id, kind, now) {
      const row = one<PasskeyQuestion>(take, id, kind);
      return row && row.expiresAt > now ? row : undefined;
    },
    async sweep(now) {
      return Number(expired.run(now).changes);
    },
  };
}
