import type { DatabaseSync } from 'node:sqlite';
import type { ArtifactPayload, Artifacts } from '../../ports/artifacts.ts';

interface ArtifactRow {
  readonly payload: string;
  readonly consumedAt: number | null;
}

export function sqliteArtifacts(db: DatabaseSync): Artifacts {
  const upsert = db.prepare(
    `INSERT INTO artifact (model, id, payload, uid, user_code, grant_id, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, uid = excluded.uid,
       user_code = excluded.user_code, grant_id = excluded.grant_id, expires_at = excluded.expires_at`,
  );
  const by = (column: string) =>
    db.prepare(
      `SELECT payload, consumed_at AS consumedAt FROM artifact
       WHERE model = ? AND ${column} = ? AND (expires_at IS NULL OR expires_at > ?)`,
    );
  const [byId, byUid, byUserCode] = [by('id'), by('uid'), by('user_code')];
  const consume = db.prepare(
    `UPDATE artifact SET consumed_at = ?3
     WHERE model = ?1 AND id = ?2 AND consumed_at IS NULL AND (expires_at IS NULL OR expires_at > ?3)`,
  );
  const destroy = db.prepare('DELETE FROM artifact WHERE model = ? AND id = ?');
  const revoke = db.prepare('DELETE FROM artifact WHERE grant_id = ?');
  const expired = db.prepare('DELETE FROM artifact WHERE expires_at <= ?');

  const find = (statement: typeof byId, model: string, value: string, now: number) => {
    const row = statement.get(model, value, now) as ArtifactRow | undefined;
    if (!row) return undefined;
    const payload = JSON.parse(row.payload) as ArtifactPayload;
    return row.consumedAt === null ? payload : { ...payload, consumed: Math.floor(row.consumedAt / 1000) };
  };
  return {
    async upsert(model, id, payload, expiresInSeconds, now) {
      const { uid = null, userCode = null, grantId = null } = payload;
      const expiresAt = expiresInSeconds === undefined ? null : now + expiresInSeconds * 1000;
      upsert.run(model, id, JSON.stringify(payload), uid, userCode, grantId, expiresAt);
    },
    async find(model, id, now) {
      return find(byId, model, id, now);
    },
    async findByUid(model, uid, now) {
      return find(byUid, model, uid, now);
    },
    async findByUserCode(model, userCode, now) {
      return find(byUserCode, model, userCode, now);
    },
    async consume(model, id, now) {
      return consume.run(model, id, now).changes === 1;
    },
    async destroy(model, id) {
      destroy.run(model, id);
    },
    async revokeByGrantId(grantId) {
      revoke.run(grantId);
    },
    async sweep(now) {
      return Number(expired.run(now).changes);
    },
  };
}
