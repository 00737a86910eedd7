/**
 * The adapters every storage contract runs over. The SQLite one lives in a file of its own and is removed after.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Storage } from '../../src/ports/storage.ts';
import { memoryStorage } from '../../src/storage/memory/index.ts';
import { sqliteStorage } from '../../src/storage/sqlite/index.ts';

export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'blindsight-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export const storages: Readonly<Record<string, () => Storage>> = {
  memory: () => memoryStorage(),
  sqlite: () => {
    const storage = sqliteStorage(join(temporaryDirectory(), 'test.db'));
    onTestFinished(() => storage.close());
    return storage;
  },
};
