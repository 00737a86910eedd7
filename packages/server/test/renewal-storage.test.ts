/** What every store keeps about renewals, and how an older database comes to them. */
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Storage } from '../src/ports/storage.ts';
import { storageOver } from '../src/storage/sqlite/index.ts';
import { migrate, steps } from '../src/storage/sqlite/schema.ts';
import { beginRenewal, renewalStatement, uploadRenewal } from './support/renewal-rows.ts';
import { budgets, bytes, type Enrolled, event, givenEnrolled, signIn } from './support/rows.ts';
import { storages } from './support/storages.ts';

const device = async (storage: Storage, { account }: Enrolled) =>
  (await storage.devices.list(account.id))[0]!;

describe.each(Object.entries(storages))('renewals: %s', (_name, open) => {
  it('take no statement before the root match, or after a miss', async () => {
    const storage = open();
    const enrolled = await givenEnrolled(storage);
    for (const match of ['none', 'failed'] as const) {
      const renewal = await beginRenewal(storage, enrolled, match);
      const outcome = await storage.enrolments.state(
        renewal.id,
        renewalStatement(renewal),
        event('renewal-stated', 43),
      );
      expect(outcome).toBe('unproven');
    }
  });

  it('stage a generation that nobody sees, and put it in the place of the old one at once', async () => {
    const storage = open();
    const enrolled = await givenEnrolled(storage);
    const { deviceId } = enrolled.enrolment;
    const renewal = await beginRenewal(storage, enrolled);
    const said = renewalStatement(renewal);
    expect(await storage.enrolments.state(renewal.id, said, event('renewal-stated', 43))).toBe('stated');
    expect(await storage.enrolments.state(renewal.id, said, event('renewal-stated', 43))).toBe('same');
    await uploadRenewal(storage, renewal, 2);
    expect(await storage.enrolments.finish(renewal.id, [], 60)).toBe('incomplete');
    await uploadRenewal(storage, renewal, 3);
    expect(await device(storage, enrolled)).toMatchObject({
      ticketsLeft: 6,
      rootTicketsLeft: 1,
      renewals: 0,
    });
    const old = (await storage.devices.generation(deviceId, 'ordinary'))!;

    const done = event('renewal-finished', 60);
    expect(await storage.enrolments.finish(renewal.id, [done], 60)).toBe(3);
    const now = (await storage.devices.generation(deviceId, 'ordinary'))!;
    expect([old.id, now.id]).toEqual([enrolled.statement.generations[0]!.id, said.generations[0]!.id]);
    expect(now.lastBurned).toBe(-1);
    expect(await device(storage, enrolled)).toMatchObject({
      ...{ ticketsLeft: 3, ticketsWaiting: 3, rootTicketsLeft: 1, renewals: 1, renewedAt: 60 },
    });
    expect(await storage.devices.consents(enrolled.account.id)).toHaveLength(1);
    expect(await storage.enrolments.finish(renewal.id, [done], 61)).toBe('closed');
    await uploadRenewal(storage, renewal, 6);
    expect(await storage.enrolments.find(renewal.id)).toMatchObject({ state: 'complete' });
  });

  it('hand out the new ticket and never the old one; an open sign-in on the old ones is over', async () => {
    const storage = open();
    const enrolled = await givenEnrolled(storage);
    const before = signIn(enrolled);
    await storage.signIns.begin(before, budgets, event('sign-in-begun', 44));
    const renewal = await beginRenewal(storage, enrolled);
    const said = renewalStatement(renewal);
    await storage.enrolments.state(renewal.id, said, event('renewal-stated', 43));
    await uploadRenewal(storage, renewal, 3);
    await storage.enrolments.finish(renewal.id, [], 60);
    const burn = (id: string) =>
      storage.signIns.burn({ id, index: 0, budgets, now: 200 }, event('ticket-burned', 200));
    expect(await burn(before.id)).toMatchObject({ burned: false, reason: 'ceremony-closed' });
    const after = signIn(enrolled, { generationId: said.generations[0]!.id });
    await storage.signIns.begin(after, budgets, event('sign-in-begun', 100));
    expect(await burn(after.id)).toEqual({
      burned: true,
      ticket: bytes('new 0'),
      publicKey: bytes('new key'),
    });
  });

  it.each(['cancel', 'deadline', 'another'] as const)('leave nothing when they end by %s', async (way) => {
    const storage = open();
    const enrolled = await givenEnrolled(storage);
    const renewal = await beginRenewal(storage, enrolled);
    await storage.enrolments.state(renewal.id, renewalStatement(renewal), event('renewal-stated', 43));
    await uploadRenewal(storage, renewal, 3);
    if (way === 'cancel') await storage.enrolments.cancel(renewal.id, event('renewal-abandoned', 45));
    if (way === 'deadline') await storage.enrolments.sweep(renewal.expiresAt);
    if (way === 'another') await beginRenewal(storage, enrolled, 'none');
    expect(await storage.enrolments.find(renewal.id)).toBeUndefined();
    expect(await device(storage, enrolled)).toMatchObject({
      ticketsLeft: 6,
      ticketsWaiting: 0,
      state: 'active',
    });
    const old = await storage.devices.generation(enrolled.enrolment.deviceId, 'ordinary');
    expect(old?.id).toBe(enrolled.statement.generations[0]!.id);
    expect((await storage.audit.rows(1, 100)).at(way === 'another' ? -2 : -1)?.event.kind).toBe(
      'renewal-abandoned',
    );
  });

  it('end with the erasure of the device, staged or not', async () => {
    const storage = open();
    const enrolled = await givenEnrolled(storage);
    const renewal = await beginRenewal(storage, enrolled);
    await storage.enrolments.state(renewal.id, renewalStatement(renewal), event('renewal-stated', 43));
    const receipt = await storage.devices.erase(
      {
        ...{ receiptId: 'r', accountId: enrolled.account.id, deviceId: enrolled.enrolment.deviceId },
        ...{ to: 'erased', now: 50 },
      },
      event('enrolment-erased', 50),
    );
    expect(receipt).toMatchObject({
      generations: 3,
      verified: { tickets: 0, publicKeys: 0, dataKeys: 0, images: 0 },
    });
    expect(await storage.enrolments.finish(renewal.id, [], 60)).toBe('closed');
    expect(await storage.enrolments.find(enrolled.enrolment.id)).toBeUndefined();
  });

  it('stop waiting for their own late tickets only', async () => {
    const storage = open();
    const enrolled = await givenEnrolled(storage);
    const renewal = await beginRenewal(storage, enrolled);
    await storage.enrolments.state(renewal.id, renewalStatement(renewal), event('renewal-stated', 43));
    await uploadRenewal(storage, renewal, 4);
    await storage.enrolments.finish(renewal.id, [], 60);
    await storage.enrolments.sweep(renewal.lateUntil);
    expect(await device(storage, enrolled)).toMatchObject({
      ticketsLeft: 4,
      ticketsWaiting: 0,
      rootTicketsLeft: 1,
    });
    expect(await storage.enrolments.find(renewal.id)).toMatchObject({ state: 'complete' });
  });
});

it('a database from before renewals keeps its devices, tickets and keys', async () => {
  const db = new DatabaseSync(':memory:');
  db.exec('PRAGMA foreign_keys = ON');
  db.exec(steps[0]!);
  db.exec('PRAGMA user_version = 1');
  const hash = `x'${'00'.repeat(32)}'`;
  db.exec(`
    INSERT INTO account VALUES ('a', 'Ada', 1);
    INSERT INTO device VALUES ('d', 'a', 'Laptop', 'quick', 'active', x'07', 2, NULL),
      ('s', 'a', 'Phone', 'quick', 'staged', x'07', 3, NULL);
    INSERT INTO generation VALUES ('g', 'd', 'ordinary', 'sealed/1', ${hash}, 600, 1266, 3, 0, ${hash}, x'08'),
      ('r', 'd', 'root', 'sealed/1', ${hash}, 600, 1266, 1, -1, ${hash}, x'08'),
      ('n', 's', 'ordinary', 'sealed/1', ${hash}, 600, 1266, 1, -1, ${hash}, NULL);
    INSERT INTO ticket VALUES ('g', 1, ${hash}, x'01'), ('g', 2, ${hash}, NULL), ('r', 0, ${hash}, x'02'), ('n', 0, ${hash}, NULL);
  `);
  for (const [id, deviceId, state] of [
    ['e', 'd', 'finished'],
    ['f', 's', 'stated'],
  ]) {
    db.exec(`INSERT INTO enrolment VALUES ('${id}', 'a', '${deviceId}', '${state}', 'Laptop', 'quick', 'enrol', '1', 'en',
      'ab', x'03', 1, 1000, 5000, 'blindsight:account', 'o', 'sealed/1', ${hash}, 600, 1266, 3, 1, 1, x'05', x'06', x'07')`);
  }
  migrate(db);
  const storage = storageOver(db);
  expect(await storage.devices.list('a')).toMatchObject([
    { id: 'd', ticketsLeft: 1, ticketsWaiting: 1, rootTicketsLeft: 1, renewals: 0 },
  ]);
  expect(await storage.devices.generation('d', 'ordinary')).toMatchObject({ id: 'g', lastBurned: 0 });
  expect(await storage.devices.generation('s', 'ordinary')).toBeUndefined();
  expect(await storage.enrolments.find('e')).toMatchObject({ purpose: 'enrol', state: 'finished' });
  expect(await storage.enrolments.received('e')).toMatchObject({ ordinary: [0, 1], root: [0] });
  expect(await storage.enrolments.received('f')).toMatchObject({ ordinary: [], root: [] });
  // the references between the tables are still there
  db.exec(`DELETE FROM device WHERE id = 'd'`);
  expect(db.prepare('SELECT count(*) AS n FROM ticket').get()).toEqual({ n: 1 });
});
