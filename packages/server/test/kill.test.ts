/** Power taken from a process in the middle of its writes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { verifyAudit } from '../src/audit/verify.ts';
import { storageOver } from '../src/storage/sqlite/index.ts';
import { openDatabase } from '../src/storage/sqlite/open.ts';
import { temporaryDirectory } from './support/storages.ts';

const program = fileURLToPath(new URL('./support/burn-until-killed.ts', import.meta.url));

it.each([40, 90, 200])(
  'loses no acknowledged burn when the process is killed %i ms after its first',
  async (ms) => {
    const path = join(temporaryDirectory(), 'test.db');
    const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', (text) => {
      said += String(text);
    });
    await once(child.stdout, 'data');
    setTimeout(() => child.kill('SIGKILL'), ms);
    await once(child, 'close');
    const acknowledged = Number(said.trim().split('\n').at(-1));
    expect(acknowledged).toBeGreaterThanOrEqual(0);

    const db = openDatabase(path);
    const { lastBurned } = db
      .prepare(`SELECT last_burned AS lastBurned FROM generation WHERE class = 'ordinary'`)
      .get() as { lastBurned: number };
    const { kept } = db
      .prepare(
        'SELECT count(*) AS kept FROM ticket WHERE idx <= ? AND generation_id IN (SELECT id FROM generation WHERE last_burned >= 0)',
      )
      .get(lastBurned) as { kept: number };
    expect([acknowledged, acknowledged + 1]).toContain(lastBurned);
    expect(kept).toBe(0);
    const storage = storageOver(db);
    expect((await verifyAudit(storage.audit)).brokenAt).toBeUndefined();
    await storage.close();
  },
);
