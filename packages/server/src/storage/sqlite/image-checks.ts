import type { DatabaseSync } from 'node:sqlite';
import { equalBytes } from '@blindsight/protocol/wire';
import type { AuditKind } from '../../ports/audit.ts';
import {
  type EvaluatedFrame,
  type ImageCheck,
  type ImageCheckBodies,
  type ImageChecks,
  type ImageLogin,
  startRefusal,
  underWay,
} from '../../ports/image-checks.ts';
import type { Amr } from '../../ports/oidc.ts';
import type { AppendAudit } from './audit.ts';
import { sqliteFaceFactors } from './face-factors.ts';
import { all, one } from './rows.ts';
import { transaction } from './transaction.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type CheckRow = Omit<ImageCheck, 'login' | 'imageHashes'> & {
  readonly evaluations: number;
  readonly interactionUid?: string;
  readonly amr?: string;
  readonly authTime?: number;
};

const columns = `id, kind, state, account_id AS accountId, device_id AS deviceId, client_id AS clientId,
  proof_id AS proofId, owner_hash AS ownerHash, nonce, created_at AS createdAt, expires_at AS expiresAt, origin,
  parameter_set AS "set", network, frames, evaluations, evaluations_allowed AS evaluationsAllowed,
  interaction_uid AS interactionUid, amr, auth_time AS authTime, keys_hash AS keysHash, message_hash AS messageHash,
  commitment, ended_at AS endedAt`;
const open = `state IN ('open', 'evaluating', 'masked')`;

export function sqliteImageChecks(db: DatabaseSync, audit: AppendAudit): ImageChecks {
  const insert = db.prepare(
    `INSERT INTO image_check (id, kind, state, account_id, device_id, client_id, proof_id, owner_hash, nonce, created_at,
       expires_at, origin, parameter_set, network, frames, evaluations_allowed, interaction_uid, amr, auth_time, keys_hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const find = db.prepare(`SELECT ${columns} FROM image_check WHERE id = ?`);
  const proven = db.prepare('SELECT 1 AS taken FROM image_check WHERE proof_id = ?');
  const ofDevice = db.prepare(`SELECT ${columns} FROM image_check WHERE device_id = ? AND ${open}`);
  const overdue = db.prepare(`SELECT ${columns} FROM image_check WHERE expires_at <= ? AND ${open}`);
  const hashes = db.prepare('SELECT hash FROM image_frame WHERE check_id = ? ORDER BY idx');
  const setKeys = db.prepare('UPDATE image_check SET keys_hash = ? WHERE id = ?');
  const toEvaluating = db.prepare(
    `UPDATE image_check SET state = 'evaluating', evaluations = evaluations + 1 WHERE id = ? AND state = 'open'`,
  );
  const toOpen = db.prepare(`UPDATE image_check SET state = 'open' WHERE id = ? AND state = 'evaluating'`);
  const reopenAll = db.prepare(`UPDATE image_check SET state = 'open' WHERE state = 'evaluating'`);
  const insertFrame = db.prepare(
    'INSERT INTO image_frame (check_id, idx, hash, embedding, image) VALUES (?, ?, ?, ?, ?)',
  );
  const toMasked = db.prepare(
    `UPDATE image_check SET state = 'masked', message_hash = ?, commitment = ?, message = ?, seed = ?, template = ?,
       sum = ? WHERE id = ?`,
  );
  const stored = db.prepare('SELECT message, seed, template, sum FROM image_check WHERE id = ?');
  const frameBodies = db.prepare('SELECT embedding, image FROM image_frame WHERE check_id = ? ORDER BY idx');
  const end = db.prepare('UPDATE image_check SET state = ?, ended_at = ? WHERE id = ?');
  const emptyExchange = db.prepare('UPDATE image_check SET message = NULL, sum = NULL WHERE id = ?');
  const emptyEmbeddings = db.prepare('UPDATE image_frame SET embedding = NULL WHERE check_id = ?');
  const emptyTranscript = db.prepare('UPDATE image_check SET seed = NULL, template = NULL WHERE id = ?');
  const removeFrames = db.prepare('DELETE FROM image_frame WHERE check_id = ?');
  const activeDevice = db.prepare(`SELECT 1 AS active FROM device WHERE id = ? AND state = 'active'`);
  const keySet = db.prepare('SELECT hash FROM image_keys WHERE device_id = ?');
  const putTemplate = db.prepare(
    `INSERT INTO image_template (device_id, network, body) VALUES (?, ?, ?)
     ON CONFLICT (device_id) DO UPDATE SET network = excluded.network, body = excluded.body`,
  );
  const forget = db.prepare(`DELETE FROM image_check WHERE ended_at <= ? AND NOT ${open}`);
  const faces = sqliteFaceFactors(db);

  const rowOf = (id: string) => one<CheckRow>(find, id);
  const note = (row: CheckRow, kind: AuditKind, at: number, reason?: string) => {
    const { accountId, deviceId, clientId, id: ceremonyId } = row;
    audit({
      at,
      kind,
      accountId,
      deviceId,
      ceremonyId,
      clientId,
      ...(reason === undefined ? {} : { reason }),
    });
  };
  const emptyAll = (id: string) => {
    emptyExchange.run(id);
    emptyTranscript.run(id);
    removeFrames.run(id);
  };
  const close = (row: CheckRow, reason: string, now: number) => {
    end.run('closed', now, row.id);
    emptyAll(row.id);
    note(row, 'image-check-closed', now, reason);
  };
  const whole = ({ evaluations: _n, interactionUid, amr, authTime, ...row }: CheckRow): ImageCheck => ({
    ...row,
    imageHashes: all<{ hash: Bytes }>(hashes, row.id).map(({ hash }) => hash),
    ...(interactionUid !== undefined && amr !== undefined && authTime !== undefined
      ? { login: { interactionUid, amr: amr.split(' ') as Amr[], authTime } satisfies ImageLogin }
      : {}),
  });
  const sameKeys = ({ deviceId, keysHash }: CheckRow): boolean => {
    const hash = one<{ hash: Bytes }>(keySet, deviceId)?.hash;
    return hash !== undefined && keysHash !== undefined && equalBytes(hash, keysHash);
  };

  return {
    async begin(c, event) {
      return transaction(db, () => {
        if (proven.get(c.proofId)) return false;
        for (const row of all<CheckRow>(ofDevice, c.deviceId)) close(row, 'superseded', event.at);
        insert.run(
          ...[c.id, c.kind, c.state, c.accountId, c.deviceId, c.clientId, c.proofId, c.ownerHash, c.nonce],
          ...[c.createdAt, c.expiresAt, c.origin, c.set, c.network, c.frames, c.evaluationsAllowed],
          ...[c.login?.interactionUid ?? null, c.login?.amr.join(' ') ?? null, c.login?.authTime ?? null],
          c.keysHash ?? null,
        );
        audit(event);
        return true;
      });
    },
    async find(id) {
      const row = rowOf(id);
      return row && whole(row);
    },
    async underWay(deviceId) {
      return all<CheckRow>(ofDevice, deviceId).map(whole);
    },
    async useKeys(id, keysHash) {
      return transaction(db, () => {
        const row = rowOf(id);
        if (row?.state !== 'open') return false;
        if (row.keysHash && equalBytes(row.keysHash, keysHash)) return true;
        if (hashes.get(id)) return false;
        setKeys.run(keysHash, id);
        return true;
      });
    },
    async start(id, now) {
      return transaction(db, () => {
        const row = rowOf(id);
        const refused = startRefusal(row, row?.evaluations ?? 0, now);
        if (refused === 'exhausted') close(row!, 'too many evaluations', now);
        if (refused) return refused === 'exhausted' ? 'ceremony-closed' : refused;
        toEvaluating.run(id);
        return undefined;
      });
    },
    async release(id) {
      toOpen.run(id);
    },
    async evaluated(id, { index, imageHash, embedding, image }: EvaluatedFrame, exchange, event) {
      return transaction(db, () => {
        if (toOpen.run(id).changes === 0) return false;
        insertFrame.run(id, index, imageHash, embedding, image ?? null);
        if (exchange) {
          const { messageHash, commitment, message, seed, template, sum } = exchange;
          toMasked.run(messageHash, commitment, message, seed, template ?? null, sum ?? null, id);
        }
        audit(event);
        return true;
      });
    },
    async bodies(id) {
      const rows = all<{ embedding?: Bytes; image?: Bytes }>(frameBodies, id);
      return {
        ...one<Omit<ImageCheckBodies, 'embeddings' | 'images'>>(stored, id),
        embeddings: rows.flatMap(({ embedding }) => embedding ?? []),
        images: rows.flatMap(({ image }) => image ?? []),
      };
    },
    async conclude(id, outcome, { budgets, now, template }) {
      return transaction(db, () => {
        const row = rowOf(id);
        if (row?.state !== 'masked') return undefined;
        const locked = (faces.of(row.accountId).lockedUntil ?? 0) > now;
        const sound = row.expiresAt > now && activeDevice.get(row.deviceId) && sameKeys(row) && !locked;
        const ended = outcome === 'accepted' && sound ? 'accepted' : 'failed';
        end.run(ended, now, id);
        emptyExchange.run(id);
        emptyEmbeddings.run(id);
        note(row, `image-check-${ended}`, now, row.kind);
        if (row.kind === 'enrol') {
          emptyAll(id);
          if (ended === 'accepted' && template) putTemplate.run(row.deviceId, row.network, template);
        } else if (ended === 'accepted') faces.accepted(row.accountId);
        else if (faces.failed(row.accountId, budgets, now)) note(row, 'face-locked', now);
        return ended;
      });
    },
    async close(id, reason, now) {
      return transaction(db, () => {
        const row = rowOf(id);
        if (!row || !underWay(row)) return false;
        close(row, reason, now);
        return true;
      });
    },
    async interrupted() {
      return Number(reopenAll.run().changes);
    },
    async sweep(now, endedBefore) {
      return transaction(db, () => {
        const rows = all<CheckRow>(overdue, now);
        for (const row of rows) close(row, 'expired', now);
        forget.run(endedBefore);
        return rows.length;
      });
    },
  };
}
