/** Backups and what a restore lets come back: nothing that opens a door, nobody who was erased. */
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../src/audit/verify.ts';
import { erasures } from '../src/domain/erasures.ts';
import {
  databaseFile,
  ledgerFile,
  masterKeyFile,
  type OpenedData,
  openDataDirectory,
} from '../src/keys/data-directory.ts';
import { createVault } from '../src/keys/vault.ts';
import { backupData, restoreBackup, rotateMasterKey, verifyErasure } from '../src/operations.ts';
import {
  budgets,
  bytes,
  enrolment,
  event,
  givenAccount,
  givenEnrolled,
  probeHash,
  signIn,
} from './support/rows.ts';
import { temporaryDirectory } from './support/storages.ts';

const open = (directory: string) => openDataDirectory(directory, 1);
const close = async ({ storage, ledger }: OpenedData) => {
  await storage.close();
  ledger.close();
};
/** Opens the data, uses it, closes it. */
const within = async <T>(directory: string, use: (data: OpenedData) => Promise<T>): Promise<T> => {
  const data = await open(directory);
  try {
    return await use(data);
  } finally {
    await close(data);
  }
};
const codeOf = (running: Promise<unknown>) =>
  running.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
/** Of the last row, read without opening anything else. */
const auditHash = (directory: string) => {
  const db = new DatabaseSync(join(directory, databaseFile));
  try {
    return db.prepare('SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1').get()?.['hash'];
  } finally {
    db.close();
  }
};
const erase = ({ storage, ledger }: OpenedData, accountId: string, deviceId: string) =>
  erasures({ storage, ledger, clock: () => 60 }).erase(accountId, deviceId, 'erased');

/** A data directory with one enrolled person, and a backup of it. */
async function backedUp() {
  const directory = temporaryDirectory();
  const backup = join(directory, 'backup.db');
  const enrolled = await within(directory, async (data) => {
    const times = { createdAt: 1, expiresAt: 1e15, authenticatedAt: 1 };
    const session = { ...times, deviceBound: true, passkeyId: 'p1' };
    const one = await givenEnrolled(data.storage);
    await data.storage.sessions.put({ idHash: 'a session', accountId: one.account.id, ...session });
    await data.storage.artifacts.upsert('RefreshToken', 'a token', { grantId: 'g' }, undefined, 1);
    await data.storage.audit.append(event('session-started', 44));
    return one;
  });
  await backupData(directory, backup, 50);
  const { account, enrolment, statement } = enrolled;
  const burnt = [statement.generations[0]!.id, statement.generations[1]!.id];
  return { directory, backup, accountId: account.id, deviceId: enrolment.deviceId, enrolled, burnt };
}

describe('a backup', () => {
  it('has accounts, devices and the audit log, and no ticket, data key, session or token in any byte', async () => {
    const { backup, accountId, deviceId } = await backedUp();
    const text = readFileSync(backup).toString('latin1');
    expect([text.includes(accountId), text.includes(deviceId), text.includes('session-started')]).toEqual([
      ...[true, true, true],
    ]);
    for (const gone of ['ordinary/', 'root/', `key of ${deviceId}`, 'a session', 'a token']) {
      expect(text).not.toContain(gone);
    }
  });

  it('is made while the data is in use, and never over another file', async () => {
    const { directory, backup } = await backedUp();
    await within(directory, async ({ storage }) => {
      await storage.keeping!.backup(join(directory, 'second.db'));
      expect(await codeOf(storage.keeping!.backup(backup))).toBe('EEXIST');
    });
    expect(readdirSync(directory).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('a restore', () => {
  it('brings back people and their devices, every ticket burned, every session and token ended', async () => {
    const { directory, backup, accountId, deviceId, burnt, enrolled } = await backedUp();
    await within(directory, ({ storage }) => storage.audit.append(event('session-started', 70)));
    const report = await restoreBackup(directory, backup, 80);
    expect(report).toMatchObject({ madeAt: 44, ticketsBurned: 0, deletionsReapplied: 0 });
    expect(existsSync(report.replaced!)).toBe(true);

    await within(directory, async ({ storage }) => {
      expect(await storage.accounts.find(accountId)).toEqual(enrolled.account);
      expect(await storage.devices.list(accountId)).toMatchObject([
        { id: deviceId, state: 'active', ticketsLeft: 0, ticketsWaiting: 0, rootTicketsLeft: 0 },
      ]);
      const one = signIn(enrolled);
      await storage.signIns.begin(one, budgets, event('sign-in-begun', 90));
      const burn = { id: one.id, index: 5, probeHash, budgets, now: 200 };
      const refused = await storage.signIns.burn(burn, event('ticket-burned'));
      expect(refused.burned).toBe(false);
      for (const ticketClass of ['ordinary', 'root'] as const) {
        const { id, count, lastBurned } = (await storage.devices.generation(deviceId, ticketClass))!;
        expect(burnt).toContain(id);
        expect(lastBurned).toBe(count - 1);
      }
      expect(await storage.sessions.find('a session', 90)).toBeUndefined();
      expect(await storage.artifacts.find('RefreshToken', 'a token', 90)).toBeUndefined();
      expect((await verifyAudit(storage.audit)).brokenAt).toBeUndefined();
      const said = (await storage.audit.rows(1, 100)).map((row) => row.event);
      expect(said).toContainEqual({ at: 80, kind: 'database-restored', reason: `${report.auditRows}` });
    });
  });

  it('burns what a plain copy of the file still has', async () => {
    const { directory, deviceId, accountId } = await backedUp();
    const copy = join(directory, 'copy.db');
    writeFileSync(copy, readFileSync(join(directory, databaseFile)));
    expect(await restoreBackup(directory, copy, 80)).toMatchObject({ ticketsBurned: 8 });
    await within(directory, async ({ storage }) => {
      expect(await storage.devices.list(accountId)).toMatchObject([{ ticketsLeft: 0, rootTicketsLeft: 0 }]);
      expect(await storage.devices.remains(deviceId)).toEqual({
        tickets: 0,
        publicKeys: 0,
        dataKeys: 0,
        images: 0,
      });
    });
  });

  it('does not bring back who was erased in the meantime', async () => {
    const { directory, backup, accountId, deviceId } = await backedUp();
    const { receiptId } = await within(directory, (data) => erase(data, accountId, deviceId));
    expect(await restoreBackup(directory, backup, 80)).toMatchObject({ deletionsReapplied: 1 });
    await within(directory, async ({ storage }) => {
      expect(await storage.devices.find(deviceId)).toMatchObject({ state: 'erased' });
      expect(await storage.devices.consents(accountId)).toMatchObject([{ withdrawnAt: 60 }]);
      const said = (await storage.audit.rows(1, 100)).map(({ event: { kind, reason } }) => ({
        kind,
        reason,
      }));
      expect(said).toContainEqual({ kind: 'deletion-reapplied', reason: receiptId });
    });
    expect(await verifyErasure(directory, receiptId, 90)).toMatchObject({ holds: true });
  });

  it('is noted in the ledger, so that what was there before is refused from then on', async () => {
    const { directory, backup } = await backedUp();
    const { replaced } = await restoreBackup(directory, backup, 80);
    writeFileSync(join(directory, databaseFile), readFileSync(replaced!));
    expect(await codeOf(open(directory))).toBe('database-rolled-back');
  });

  it('is refused while another process has the data, and changes nothing', async () => {
    const { directory, backup } = await backedUp();
    await within(directory, async () => {
      const before = readdirSync(directory).sort();
      expect(await codeOf(restoreBackup(directory, backup, 80))).toBe('database-locked');
      expect(readdirSync(directory).sort()).toEqual(before);
    });
  });

  it.each<[string, string, (paths: { directory: string; backup: string }) => void]>([
    ['the ledger is gone', 'ledger-missing', ({ directory }) => rmSync(join(directory, ledgerFile))],
    [
      'the ledger was altered',
      'ledger-broken',
      ({ directory }) => appendFileSync(join(directory, ledgerFile), 'x\n'),
    ],
    ['the key is gone', 'data-key-missing', ({ directory }) => rmSync(join(directory, masterKeyFile))],
    [
      'the key is another one',
      'data-key-missing',
      ({ directory }) =>
        writeFileSync(join(directory, masterKeyFile), `${Buffer.alloc(32, 7).toString('base64url')}\n`),
    ],
    [
      'the file is no backup',
      'database-corrupt',
      ({ backup }) => writeFileSync(backup, Buffer.alloc(8192, 1)),
    ],
    ['the file was cut', 'database-corrupt', ({ backup }) => truncateSync(backup, 20_000)],
  ])('is refused when %s (%s), and the database stays', async (_what, code, damage) => {
    const { directory, backup } = await backedUp();
    damage({ directory, backup });
    const before = auditHash(directory);
    expect(await codeOf(restoreBackup(directory, backup, 80))).toBe(code);
    expect(auditHash(directory)).toBe(before);
    expect(readdirSync(directory).filter((name) => /restoring|replaced/.test(name))).toEqual([]);
  });

  it('takes the place of a damaged database', async () => {
    const { directory, backup, accountId } = await backedUp();
    writeFileSync(join(directory, databaseFile), Buffer.alloc(8192, 1));
    await restoreBackup(directory, backup, 80);
    await within(directory, async ({ storage }) =>
      expect(await storage.accounts.find(accountId)).toBeDefined(),
    );
  });

  it('goes on with a new ledger when the old one is lost and an empty file says so', async () => {
    const { directory, accountId, deviceId } = await backedUp();
    const { receiptId } = await within(directory, (data) => erase(data, accountId, deviceId));
    await backupData(directory, join(directory, 'later.db'), 70);
    writeFileSync(join(directory, ledgerFile), '');
    await restoreBackup(directory, join(directory, 'later.db'), 80);
    expect(await verifyErasure(directory, receiptId, 90)).toMatchObject({
      holds: true,
      ledger: { sequence: 2 },
    });
  });
});

/** One person with a body at rest under a data key as the server makes it. */
async function withBodyAtRest() {
  const directory = temporaryDirectory();
  const made = await within(directory, async ({ storage, keys }) => {
    const { account, enrolment } = await givenEnrolled(storage);
    const { deviceId } = enrolment;
    const vault = createVault(keys);
    const dataKey = await vault.newDataKey(deviceId);
    const row = { kind: 'data-key', id: deviceId, name: deviceId, wrapped: dataKey } as const;
    await storage.keeping!.wrapped.replace([row], event('enrolment-stated'));
    const place = { deviceId, generationId: 'g', ticketClass: 'root', index: 3 } as const;
    const sealed = await vault.seal(dataKey, place, bytes('a ticket'));
    return { accountId: account.id, deviceId, dataKey, place, sealed };
  });
  return { directory, keyFile: join(directory, masterKeyFile), ...made };
}

describe('a new master key', () => {
  it('opens what the old one did, and the old one opens nothing any more', async () => {
    const { directory, keyFile, deviceId, dataKey, place, sealed } = await withBodyAtRest();
    const old = readFileSync(keyFile);
    expect(await rotateMasterKey(directory, 90)).toBe(3); // key check, name of the ledger, data key
    expect(readFileSync(keyFile).equals(old)).toBe(false);
    await within(directory, async ({ storage, keys }) => {
      const again = (await storage.devices.dataKey(deviceId))!;
      expect(await createVault(keys).open(again, place, sealed)).toEqual(bytes('a ticket'));
      expect(await codeOf(createVault(keys).open(dataKey, place, sealed))).toBe('data-key-missing');
      expect((await storage.audit.rows(1, 100)).at(-1)?.event.kind).toBe('master-key-rotated');
    });
    expect(readFileSync(join(directory, databaseFile)).includes(Buffer.from(dataKey))).toBe(false);
    writeFileSync(keyFile, old);
    expect(await codeOf(open(directory))).toBe('data-key-missing');
  });

  it('wraps every kind of wrapped secret again', async () => {
    const directory = temporaryDirectory();
    const purpose = 'enrolment/';
    const id = await within(directory, async ({ storage, keys }) => {
      const { id: accountId } = await givenAccount(storage);
      const one = enrolment(accountId);
      const hpkePrivateKey = await keys.wrap(bytes('sealing key'), `${purpose}${one.id}`);
      await storage.enrolments.begin({ ...one, hpkePrivateKey }, event('enrolment-begun'));
      return one.id;
    });
    await rotateMasterKey(directory, 90);
    await within(directory, async ({ storage, keys }) => {
      const { hpkePrivateKey } = (await storage.enrolments.find(id))!;
      expect(await keys.unwrap(hpkePrivateKey!, `${purpose}${id}`)).toEqual(bytes('sealing key'));
    });
  });

  it.each([
    ['before the database changed', 'dropped'],
    ['after it changed', 'completed'],
  ])('whose making was cut short %s is %s at the next start', async (_when, how) => {
    const { directory, keyFile } = await withBodyAtRest();
    const old = readFileSync(keyFile);
    if (how === 'dropped') writeFileSync(`${keyFile}.next`, `${Buffer.alloc(32, 7).toString('base64url')}\n`);
    else {
      await rotateMasterKey(directory, 90);
      writeFileSync(`${keyFile}.next`, readFileSync(keyFile));
      writeFileSync(keyFile, old);
    }
    await close(await open(directory));
    expect(existsSync(`${keyFile}.next`)).toBe(false);
    expect(readFileSync(keyFile).equals(old)).toBe(how === 'dropped');
    await close(await open(directory));
  });
});

describe('a plain copy of the file from before an erasure', () => {
  it('still opens with the master key of its time, since it brings its own data key; not with a new one', async () => {
    const { directory, accountId, deviceId, place, sealed } = await withBodyAtRest();
    const copy = join(directory, 'copy.db');
    writeFileSync(copy, readFileSync(join(directory, databaseFile)));
    await within(directory, (data) => erase(data, accountId, deviceId));
    const db = new DatabaseSync(copy, { readOnly: true });
    const { wrapped } = db.prepare('SELECT wrapped FROM data_key').get() as {
      wrapped: Uint8Array<ArrayBuffer>;
    };
    db.close();

    const opened = () => within(directory, ({ keys }) => createVault(keys).open(wrapped, place, sealed));
    expect(await opened()).toEqual(bytes('a ticket'));
    await rotateMasterKey(directory, 90);
    expect(await codeOf(opened())).toBe('data-key-missing');
  });
});
