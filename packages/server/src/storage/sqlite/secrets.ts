import type { DatabaseSync } from 'node:sqlite';
import type { Secrets } from '../../ports/secrets.ts';
import { all } from './rows.ts';

export function sqliteSecrets(db: DatabaseSync): Secrets {
  const select = db.prepare('SELECT wrapped FROM secret WHERE name = ? ORDER BY sequence DESC');
  const insert = db.prepare('INSERT INTO secret (name, wrapped, created_at) VALUES (?, ?, ?)');
  return {
    async list(name) {
      return all<{ wrapped: Uint8Array<ArrayBuffer> }>(select, name).map((row) => row.wrapped);
    },
    async add(name, wrapped, now) {
      insert.run(name, wrapped, now);
    },
  };
}
