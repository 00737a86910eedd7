import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { followChain } from '../src/audit/chain.ts';
import { verifyAudit } from '../src/audit/verify.ts';
import { sqliteStorage } from '../src/storage/sqlite/index.ts';
import { event } from './support/rows.ts';
import { storages, temporaryDirectory } from './support/storages.ts';

describe.each(Object.entries(storages))('audit: %s', (_name, open) => {
  it('chains from the first row, over more rows than one page', async () => {
    const { audit } = open();
    expect(await verifyAudit(audit)).toMatchObject({ rows: 0 });
    for (let i = 0; i < 501; i++) await audit.append(event('server-started', i, { reason: `r${i}` }));
    expect(await verifyAudit(audit)).toMatchObject({ rows: 501 });
    expect((await audit.rows(500, 10)).map((row) => row.event)).toEqual([
      event('server-started', 499, { reason: 'r499' }),
      event('server-started', 500, { reason: 'r500' }),
    ]);
  });

  it('is the same chain in every store', async () => {
    const { audit } = open();
    await audit.append(event('server-started', 1));
    await audit.append(event('sign-in-failed', 2, { accountId: 'a', ceremonyId: 'c' }));
    expect((await verifyAudit(audit)).head).toBe(
      // computed apart from this code: sha256(sha256(sha256('blindsight/audit/1') + event) + event)
      'f23a77d893ab75c6b69b386a9d381c392456a40d55b6847a6447d4d7eab46504',
    );
  });
});

describe('a changed audit log is noticed', () => {
  const changes: Record<string, string> = {
    'an event changed': `UPDATE audit SET event = replace(event, 'sign-in-failed', 'sign-in-accepted') WHERE sequence = 2`,
    'a row removed': 'DELETE FROM audit WHERE sequence = 2',
    'a hash changed': `UPDATE audit SET hash = '00' || substr(hash, 3) WHERE sequence = 2`,
  };
  it.each(Object.entries(changes))('%s', async (_what, sql) => {
    const path = join(temporaryDirectory(), 'audit.db');
    const before = sqliteStorage(path);
    for (let at = 1; at <= 4; at++)
      await before.audit.append(event(at === 2 ? 'sign-in-failed' : 'server-started', at));
    await before.close();
    const db = new DatabaseSync(path);
    db.exec(sql);
    db.close();
    const after = sqliteStorage(path);
    const report = await verifyAudit(after.audit);
    await after.close();
    expect(report.brokenAt).toBe(2);
  });

  it('an inserted row breaks the numbering', () => {
    const row = { sequence: 2, event: event('server-started'), hash: 'ff' };
    expect(followChain([row]).brokenAt).toBe(1);
  });
});
