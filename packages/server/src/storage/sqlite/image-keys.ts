import type { DatabaseSync } from 'node:sqlite';
import { equalBytes } from '@blindsight/protocol/wire';
import type { ImageKeySet, ImageKeys, ImageTemplate } from '../../ports/image-keys.ts';
import { all, one } from './rows.ts';
import { transaction } from './transaction.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export function sqliteImageKeys(db: DatabaseSync): ImageKeys {
  const find = db.prepare(
    'SELECT device_id AS deviceId, hash, manifest, chunks FROM image_keys WHERE device_id = ?',
  );
  const held = db.prepare('SELECT idx FROM image_chunk WHERE device_id = ? ORDER BY idx');
  const insert = db.prepare(
    'INSERT INTO image_keys (device_id, hash, manifest, chunks, touched_at) VALUES (?, ?, ?, ?, ?)',
  );
  // chunks and template go with it
  const remove = db.prepare('DELETE FROM image_keys WHERE device_id = ?');
  const touch = db.prepare('UPDATE image_keys SET touched_at = ? WHERE device_id = ?');
  const putChunk = db.prepare('INSERT OR IGNORE INTO image_chunk (device_id, idx, body) VALUES (?, ?, ?)');
  const bodies = db.prepare('SELECT body FROM image_chunk WHERE device_id = ? ORDER BY idx');
  const template = db.prepare('SELECT network, body FROM image_template WHERE device_id = ?');
  const idle = db.prepare(
    `DELETE FROM image_keys WHERE touched_at <= ?
       AND NOT EXISTS (SELECT 1 FROM image_template t WHERE t.device_id = image_keys.device_id)
       AND NOT EXISTS (SELECT 1 FROM image_check c WHERE c.device_id = image_keys.device_id
         AND c.state IN ('open', 'evaluating', 'masked'))`,
  );

  const rowOf = (deviceId: string) => one<Omit<ImageKeySet, 'held'>>(find, deviceId);
  const still = (deviceId: string, hash: Bytes) => {
    const row = rowOf(deviceId);
    return row && equalBytes(row.hash, hash) ? row : undefined;
  };

  return {
    async announce({ deviceId, hash, manifest, chunks }, now) {
      transaction(db, () => {
        if (still(deviceId, hash)) touch.run(now, deviceId);
        else {
          remove.run(deviceId);
          insert.run(deviceId, hash, manifest, chunks, now);
        }
      });
    },
    async find(deviceId) {
      const row = rowOf(deviceId);
      return row && { ...row, held: all<{ idx: number }>(held, deviceId).map(({ idx }) => idx) };
    },
    async put(deviceId, hash, index, body, now) {
      return transaction(db, () => {
        const row = still(deviceId, hash);
        if (!row || index >= row.chunks) return false;
        putChunk.run(deviceId, index, body);
        touch.run(now, deviceId);
        return true;
      });
    },
    async bodies(deviceId, hash) {
      return still(deviceId, hash) ? all<{ body: Bytes }>(bodies, deviceId).map(({ body }) => body) : [];
    },
    async template(deviceId) {
      return one<ImageTemplate>(template, deviceId);
    },
    async drop(deviceId, hash) {
      transaction(db, () => {
        if (still(deviceId, hash)) remove.run(deviceId);
      });
    },
    async sweep(before) {
      return Number(idle.run(before).changes);
    },
  };
}
