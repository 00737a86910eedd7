/** The deletion ledger: what every adapter keeps, what the file survives, and what it says against the database. */
import { appendFileSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newId } from '@blindsight/protocol/wire';
import { describe, expect, it } from 'vitest';
import { beginFileLedger, openFileLedger } from '../src/deletions/file-ledger.ts';
import { memoryLedger } from '../src/deletions/memory-ledger.ts';
import { anchor } from '../src/deletions/open.ts';
import { erasures } from '../src/domain/erasures.ts';
import { databaseFile, ledgerFile, openDataDirectory } from '../src/keys/data-directory.ts';
import type { Deletion } from '../src/ports/deletion-ledger.ts';
import { event, givenEnrolled } from './support/rows.ts';
import { storages, temporaryDirectory } from './support/storages.ts';

const deletion = (over: Partial<Deletion> = {}): Deletion => ({
  kind: 'erased',
  at: 7,
  accountId: newId(),
  deviceId: newId(),
  receiptId: newId(),
  ...over,
});
const codeOf = async (run: () => unknown) => {
  try {
    await run();
    return 'done';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe.each([
  ['memory', () => memoryLedger(1)],
  ['file', () => beginFileLedger(join(temporaryDirectory(), ledgerFile), 1, [])],
] as const)('deletion ledger: %s', (_name, open) => {
  it('begins with its name and keeps what is appended, in order, each row fixing those before', async () => {
    const ledger = open();
    const [one, two] = [deletion(), deletion()];
    await ledger.append(one);
    const second = await ledger.append(two);
    const rows = ledger.rows();
    expect(rows.map(({ entry }) => entry)).toEqual([{ kind: 'begun', at: 1, ledgerId: ledger.id }, one, two]);
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(3);
    expect(second).toEqual(rows[2]);
    ledger.close();
  });
});

describe('the file', () => {
  const path = () => join(temporaryDirectory(), ledgerFile);
  const written = async () => {
    const file = path();
    const ledger = beginFileLedger(file, 1, [deletion()]);
    for (let i = 0; i < 3; i++) await ledger.append(deletion());
    ledger.close();
    return { file, rows: ledger.rows() };
  };

  it('is read back as it was written, and goes on from there', async () => {
    const { file, rows } = await written();
    const again = openFileLedger(file);
    expect(again.rows()).toEqual(rows);
    await again.append(deletion());
    again.close();
    expect(openFileLedger(file).rows()).toHaveLength(6);
  });

  it('loses a line that was cut off in the middle, which nobody was told of, and nothing else', async () => {
    const { file, rows } = await written();
    appendFileSync(file, '{"sequence":6,"entry":{"ki');
    const again = openFileLedger(file);
    expect(again.rows()).toEqual(rows);
    await again.append(deletion());
    again.close();
    expect(openFileLedger(file).rows()).toHaveLength(6);
  });

  it.each<[string, (lines: string[]) => string[]]>([
    ['a row is missing', ([a, _b, ...rest]) => [a!, ...rest]],
    ['two rows are exchanged', ([a, b, c, ...rest]) => [a!, c!, b!, ...rest]],
    ['a row says something else', ([a, b, ...rest]) => [a!, b!.replace('erased', 'revoked'), ...rest]],
    ['a row has one member more', ([a, b, ...rest]) => [a!, b!.replace('{"kind"', '{"x":1,"kind"'), ...rest]],
    ['its beginning is gone', (lines) => lines.slice(1)],
    ['it is empty', () => []],
  ])('is refused when %s', async (_what, change) => {
    const { file } = await written();
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    writeFileSync(
      file,
      change(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
    expect(await codeOf(() => openFileLedger(file))).toBe('ledger-broken');
  });
});

describe.each(Object.entries(storages))('an erasure: %s', (_name, open) => {
  const erased = async (to: 'erased' | 'revoked' = 'erased') => {
    const storage = open();
    const ledger = memoryLedger(1);
    const enrolled = await givenEnrolled(storage);
    const use = erasures({ storage, ledger, clock: () => 60 });
    const receipt = await use.erase(enrolled.account.id, enrolled.enrolment.deviceId, to);
    return { storage, ledger, use, receipt, ...enrolled };
  };

  it('is in the ledger, and its receipt can be checked later', async () => {
    const { ledger, use, receipt } = await erased();
    const row = ledger.rows().at(-1)!;
    expect(row.entry).toMatchObject({ kind: 'erased', receiptId: receipt.receiptId, at: 60 });
    expect(await use.verify(receipt.receiptId)).toEqual({
      receiptId: receipt.receiptId,
      erasedAt: 60,
      deviceId: receipt.deviceId,
      holds: true,
      remaining: { tickets: 0, publicKeys: 0, dataKeys: 0, images: 0 },
      ledger: { sequence: row.sequence, hash: row.hash },
    });
    expect(await codeOf(() => use.verify(newId()))).toBe('not-found');
  });

  it('of another account’s device is refused and leaves no row', async () => {
    const { ledger, use, receipt } = await erased();
    const before = ledger.rows().length;
    expect(await codeOf(() => use.erase(newId(), receipt.deviceId, 'revoked'))).toBe('not-found');
    expect(ledger.rows()).toHaveLength(before);
  });

  it.each(['erased', 'revoked'] as const)(
    'that only the ledger knows (%s) does not hold, until it is done again; once',
    async (kind) => {
      const storage = open();
      const ledger = memoryLedger(1);
      const { account, enrolment } = await givenEnrolled(storage);
      const gone = deletion({ kind, accountId: account.id, deviceId: enrolment.deviceId });
      await ledger.append(gone);
      const use = erasures({ storage, ledger, clock: () => 70 });
      expect(await use.verify(gone.receiptId)).toMatchObject({
        holds: false,
        remaining: { tickets: 8, publicKeys: 2, dataKeys: 1, images: 0 },
      });
      expect(await use.reapply()).toBe(1);
      expect(await use.verify(gone.receiptId)).toMatchObject({ holds: true });
      expect((await storage.devices.find(enrolment.deviceId))?.state).toBe(kind);
      expect((await storage.audit.rows(1, 100)).at(-1)?.event).toMatchObject({
        ...{ kind: 'deletion-reapplied', at: 70, reason: gone.receiptId },
      });
      expect(await storage.devices.receipts(account.id)).toMatchObject([
        { receiptId: gone.receiptId, erasedAt: 7 },
      ]);
      expect(await use.reapply()).toBe(0);
    },
  );
});

describe('a data directory', () => {
  const directory = temporaryDirectory;
  const open = (at: string) => openDataDirectory(at, 1);
  const close = async ({ storage, ledger }: Awaited<ReturnType<typeof open>>) => {
    await storage.close();
    ledger.close();
  };

  it('whose ledger is gone is refused', async () => {
    const at = directory();
    await close(await open(at));
    rmSync(join(at, ledgerFile));
    expect(await codeOf(() => open(at))).toBe('ledger-missing');
  });

  it('with the ledger of another database is refused', async () => {
    const [at, other] = [directory(), directory()];
    for (const one of [at, other]) await close(await open(one));
    copyFileSync(join(other, ledgerFile), join(at, ledgerFile));
    expect(await codeOf(() => open(at))).toBe('ledger-broken');
  });

  it('from before there were ledgers begins one with the erasures it has receipts of', async () => {
    const at = directory();
    const first = await open(at);
    const { account, enrolment } = await givenEnrolled(first.storage);
    const erasure = { receiptId: newId(), accountId: account.id, deviceId: enrolment.deviceId, now: 9 };
    await first.storage.devices.erase({ ...erasure, to: 'revoked' }, event('device-revoked'));
    await close(first);
    const db = new DatabaseSync(join(at, databaseFile));
    db.exec(`DELETE FROM secret WHERE name = 'deletion-ledger'`);
    db.close();
    rmSync(join(at, ledgerFile));
    const second = await open(at);
    const { now, ...rest } = erasure;
    expect(second.ledger.rows()[1]?.entry).toEqual({ kind: 'revoked', at: now, ...rest });
    await close(second);
    await close(await open(at));
  });

  it('in which an older copy of the database was put is refused', async () => {
    const at = directory();
    const first = await open(at);
    await first.storage.audit.append(event('server-started', 1));
    await close(first);
    copyFileSync(join(at, databaseFile), join(at, 'copy.db'));
    const second = await open(at);
    await second.storage.audit.append(event('server-started', 2));
    await anchor('closed', second.storage.audit, second.ledger, 3);
    await close(second);
    await close(await open(at));
    copyFileSync(join(at, 'copy.db'), join(at, databaseFile));
    expect(await codeOf(() => open(at))).toBe('database-rolled-back');
  });
});
