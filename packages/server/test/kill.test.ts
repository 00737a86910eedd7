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

/** What a program said before it was killed, `ms` after its first word: the number of its last line. */
async function saidUntilKilled(program: string, path: string, ms: number): Promise<number> {
  const file = fileURLToPath(new URL(`./support/${program}`, import.meta.url));
  const child = spawn(process.execPath, [file, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (text) => {
    said += String(text);
  });
  await once(child.stdout, 'data');
  setTimeout(() => child.kill('SIGKILL'), ms);
  await once(child, 'close');
  return Number(said.trim().split('\n').at(-1));
}

it.each([40, 90, 200])(
  'loses no acknowledged burn when the process is killed %i ms after its first',
  async (ms) => {
    const path = join(temporaryDirectory(), 'test.db');
    const acknowledged = await saidUntilKilled('burn-until-killed.ts', path, ms);
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

it.each([30, 75, 140, 260])(
  'finds the old or the new generation whole, never both, when a renewing process is killed after %i ms',
  async (ms) => {
    const path = join(temporaryDirectory(), 'test.db');
    const acknowledged = await saidUntilKilled('renew-until-killed.ts', path, ms);
    const db = openDatabase(path);
    const storage = storageOver(db);
    // the staged half of a renewal goes with its deadline
    await storage.enrolments.sweep(1_000);
    const rows = db
      .prepare(
        `SELECT class, staged, public_key IS NOT NULL AS keyed,
           (SELECT count(*) FROM ticket WHERE generation_id = generation.id AND body IS NOT NULL) AS tickets
         FROM generation ORDER BY class`,
      )
      .all() as { class: string; staged: number; keyed: number; tickets: number }[];
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ class: 'ordinary', staged: 0, keyed: 1 });
    const { renewals, burned } = db
      .prepare(
        `SELECT renewals, (SELECT last_burned + 1 FROM generation WHERE class = 'root') AS burned FROM device`,
      )
      .get() as { renewals: number; burned: number };
    expect(rows[0]!.tickets).toBe(renewals === 0 ? 6 : 3);
    expect([acknowledged, acknowledged + 1]).toContain(renewals);
    expect([renewals, renewals + 1]).toContain(burned);
    const orphans = db
      .prepare('SELECT count(*) AS n FROM ticket WHERE generation_id NOT IN (SELECT id FROM generation)')
      .get();
    expect(orphans).toEqual({ n: 0 });
    expect((await verifyAudit(storage.audit)).brokenAt).toBeUndefined();
    await storage.close();
  },
);

it.each([40, 110, 230])(
  'finds every image check refused and counted, or under way, never in between, after %i ms',
  async (ms) => {
    const path = join(temporaryDirectory(), 'test.db');
    const acknowledged = await saidUntilKilled('check-until-killed.ts', path, ms);
    const db = openDatabase(path);
    const storage = storageOver(db);
    const one = (sql: string) => db.prepare(sql).get() as Record<string, number>;
    const { failures } = { failures: 0, ...one('SELECT failures FROM face_factor') };
    expect([acknowledged, acknowledged + 1]).toContain(failures);
    expect(one(`SELECT count(*) AS n FROM image_check WHERE state = 'failed'`)).toEqual({ n: failures });
    expect(one(`SELECT count(*) AS n FROM image_check WHERE state <> 'failed'`)['n']).toBeLessThanOrEqual(1);
    // of what was refused only the auditor's part is left; what is masked can be answered
    const left = (state: string, what: string) =>
      one(`SELECT count(*) AS n FROM image_check c LEFT JOIN image_frame f ON f.check_id = c.id
        WHERE c.state = '${state}' AND (${what})`)['n'];
    expect(left('failed', 'c.message IS NOT NULL OR f.embedding IS NOT NULL OR f.image IS NULL')).toBe(0);
    expect(left('masked', 'c.message IS NULL OR c.seed IS NULL OR f.embedding IS NULL')).toBe(0);
    expect(left('evaluating', 'f.hash IS NOT NULL')).toBe(0);
    await storage.imageChecks.interrupted();
    expect(one(`SELECT count(*) AS n FROM image_check WHERE state = 'evaluating'`)).toEqual({ n: 0 });
    expect((await verifyAudit(storage.audit)).brokenAt).toBeUndefined();
    await storage.close();
  },
);
