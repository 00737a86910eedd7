/** What every store must keep of two devices on their way to each other. */
import { DatabaseSync } from 'node:sqlite';
import { newId } from '@blindsight/protocol/wire';
import { describe, expect, it } from 'vitest';
import type { Pairing } from '../src/ports/pairings.ts';
import type { Storage } from '../src/ports/storage.ts';
import { storageOver } from '../src/storage/sqlite/index.ts';
import { migrate, steps } from '../src/storage/sqlite/schema.ts';
import {
  budgets,
  bytes,
  type Enrolled,
  enrolment,
  event,
  givenEnrolled,
  probeHash,
  replyHash,
  signIn,
  statement,
  tokenHash,
  upload,
} from './support/rows.ts';
import { storages } from './support/storages.ts';

const guest = {
  ownerHash: 'guest',
  label: 'Phone',
  consent: { purpose: 'enrol', version: '1', language: 'en', hash: 'ab' },
};
const pairing = ({ account, enrolment: { deviceId } }: Enrolled, over: Partial<Pairing> = {}): Pairing => ({
  id: newId(),
  accountId: account.id,
  deviceId,
  newDeviceId: newId(),
  state: 'open',
  createdAt: 100,
  expiresAt: 1_000,
  liveness: 'default',
  ...over,
});
const begun = event('pairing-begun', 100);

describe.each(Object.entries(storages))('pairings: %s', (_name, open) => {
  const given = async () => {
    const storage = open();
    const enrolled = await givenEnrolled(storage);
    const p = pairing(enrolled);
    await storage.pairings.begin(p, begun);
    return { storage, pairings: storage.pairings, enrolled, p };
  };
  const upToConfirmed = async ({ pairings }: Storage, id: string) => [
    await pairings.join(id, guest, 200),
    await pairings.offer(id, bytes('offer'), 300),
    await pairings.confirm(id, bytes('confirmation'), 400),
  ];

  it('takes each step once, in order, and forgets the offer when it is not needed any more', async () => {
    const { storage, pairings, p } = await given();
    expect(await pairings.find(p.id)).toEqual(p);
    expect(await pairings.offer(p.id, bytes('offer'), 150)).toBe(false);
    expect(await upToConfirmed(storage, p.id)).toEqual([true, true, true]);
    expect(await upToConfirmed(storage, p.id)).toEqual([false, false, false]);
    expect(await pairings.find(p.id)).toEqual({
      ...p,
      state: 'confirmed',
      guest,
      offer: bytes('offer'),
      confirmation: bytes('confirmation'),
    });
    expect(await pairings.authorise(p.id, event('pairing-authorised', 500))).toBe(true);
    expect(await pairings.authorise(p.id, event('pairing-authorised', 500))).toBe(false);
    expect((await pairings.find(p.id))?.offer).toBeUndefined();
  });

  it('lets one guest in, however many race', async () => {
    const { pairings, p } = await given();
    const joined = await Promise.all(
      Array.from({ length: 10 }, (_, i) => pairings.join(p.id, { ...guest, ownerHash: `g${i}` }, 200)),
    );
    expect(joined.filter(Boolean)).toHaveLength(1);
  });

  it('has one challenge, once a guest has come and before it has offered anything', async () => {
    const { storage, pairings, p } = await given();
    const passed = new Uint8Array(32).fill(4);
    expect(await pairings.beginChallenge(p.id, 150)).toBe(false);
    await pairings.join(p.id, guest, 200);
    const begun = await Promise.all(Array.from({ length: 10 }, () => pairings.beginChallenge(p.id, 210)));
    expect(begun.filter(Boolean)).toHaveLength(1);
    expect(await pairings.passChallenge(p.id, passed, 1_000)).toBe(false);
    expect(await pairings.passChallenge(p.id, passed, 220)).toBe(true);
    expect(await pairings.find(p.id)).toMatchObject({ challengeHash: passed });
    await storage.pairings.offer(p.id, bytes('offer'), 300);
    expect(await pairings.passChallenge(p.id, passed, 310)).toBe(false);
  });

  it.each([
    [999, true],
    [1_000, false],
  ])('with its deadline at 1000, takes a step at %i: %s', async (now, taken) => {
    const { pairings, p } = await given();
    expect(await pairings.join(p.id, guest, now)).toBe(taken);
  });

  it('ends, once, with what was relayed; an authorised one is not ended', async () => {
    const { storage, pairings, enrolled, p } = await given();
    await upToConfirmed(storage, p.id);
    await pairings.close(p.id, event('pairing-closed', 500));
    const closed = await pairings.find(p.id);
    expect(closed).toMatchObject({ state: 'closed' });
    expect([closed?.offer, closed?.confirmation]).toEqual([undefined, undefined]);
    expect(await pairings.authorise(p.id, event('pairing-authorised', 500))).toBe(false);

    const other = pairing(enrolled);
    await pairings.begin(other, begun);
    await upToConfirmed(storage, other.id);
    await pairings.authorise(other.id, event('pairing-authorised', 500));
    await pairings.close(other.id, event('pairing-closed', 500));
    expect(await pairings.find(other.id)).toMatchObject({ state: 'authorised' });
  });

  it('makes room for the next one of the same account', async () => {
    const { pairings, enrolled, p } = await given();
    await pairings.begin(pairing(enrolled), begun);
    expect(await pairings.find(p.id)).toMatchObject({ state: 'closed' });
  });

  it('is swept when its time is over, and forgotten a day later', async () => {
    const { storage, pairings, p } = await given();
    await upToConfirmed(storage, p.id);
    expect([await pairings.sweep(999), await pairings.sweep(1_000)]).toEqual([0, 1]);
    expect(await pairings.find(p.id)).toMatchObject({ state: 'closed' });
    await pairings.sweep(1_000 + 24 * 3600 * 1000);
    expect(await pairings.find(p.id)).toBeUndefined();
  });

  describe('the enrolment of a device that was let in', () => {
    const admit = async (matched: boolean) => {
      const { storage, enrolled } = await given();
      const generation = (await storage.devices.generation(enrolled.enrolment.deviceId, 'root'))!;
      const comparison = signIn(enrolled, {
        purpose: 'add-device',
        generationId: generation.id,
        ticketClass: 'root',
      });
      await storage.signIns.begin(comparison, budgets, event('sign-in-begun', 100));
      await storage.signIns.burn(
        { id: comparison.id, index: 0, budgets, now: 200 },
        event('ticket-burned', 200),
      );
      await storage.signIns.replied(comparison.id, { probeHash, replyHash, tokenHash });
      await storage.signIns.conclude(comparison.id, matched ? 'accepted' : 'failed', budgets, 300);
      const added = enrolment(enrolled.account.id, {
        id: comparison.id,
        purpose: 'add-device',
        admission: {
          addedBy: enrolled.enrolment.deviceId,
          guestHash: 'guest',
          devicePublicKey: new Uint8Array(65).fill(9),
        },
      });
      await storage.enrolments.begin(added, event('addition-begun', 400));
      const stated = await storage.enrolments.state(
        added.id,
        statement(added),
        event('addition-stated', 500),
      );
      if (stated === 'stated') await upload(storage, added, added.firstOrdinary, 600);
      const finish = () => storage.enrolments.finish(added.id, [event('addition-finished', 700)], 700);
      return { storage, enrolled, added, stated, finish };
    };

    it('is found as it was put', async () => {
      const { storage, added } = await admit(true);
      expect(await storage.enrolments.find(added.id)).toEqual({ ...added, state: 'stated' });
    });

    it('stands on a root match of the same id', async () => {
      expect((await admit(false)).stated).toBe('unproven');
      expect((await admit(true)).stated).toBe('stated');
    });

    it('gives an active device beside the old one, from which its root tickets count', async () => {
      const { storage, enrolled, added, finish } = await admit(true);
      expect(await finish()).toBe(added.firstOrdinary);
      const [old, next] = await storage.devices.list(enrolled.account.id);
      expect(old).toMatchObject({ id: enrolled.enrolment.deviceId, state: 'active' });
      expect(next).toMatchObject({ state: 'active', addedBy: old!.id, rootSince: old!.createdAt });
    });

    it('is closed when the device that let it in has gone meanwhile', async () => {
      const { storage, enrolled, finish } = await admit(true);
      const { deviceId } = enrolled.enrolment;
      const accountId = enrolled.account.id;
      const erasure = { receiptId: newId(), accountId, deviceId, to: 'revoked', now: 650 } as const;
      await storage.devices.erase(erasure, event('device-revoked', 650));
      expect(await finish()).toBe('closed');
    });

    it('leaves nothing when it is abandoned', async () => {
      const { storage, enrolled, added } = await admit(true);
      await storage.enrolments.cancel(added.id, event('addition-abandoned', 650));
      expect(await storage.devices.dataKey(added.deviceId)).toBeUndefined();
      expect(await storage.devices.list(enrolled.account.id)).toHaveLength(1);
    });
  });
});

it('a database from before keeps what is under way: purposes, sessions, and ceremonies that are no recovery', async () => {
  const db = new DatabaseSync(':memory:');
  db.exec('PRAGMA foreign_keys = ON');
  for (const step of steps.slice(0, 3)) db.exec(step);
  db.exec('PRAGMA user_version = 3');
  const hash = `x'${'00'.repeat(32)}'`;
  db.exec(`
    INSERT INTO account VALUES ('a', 'Ada', 1);
    INSERT INTO device (id, account_id, label, profile, state, public_key, created_at)
      VALUES ('d', 'a', 'Laptop', 'quick', 'active', x'07', 2);
    INSERT INTO session VALUES ('h', 'a', 1, 1000, 1, 1);
  `);
  for (const purpose of ['sign-in', 'renewal']) {
    db.exec(`INSERT INTO sign_in (id, purpose, state, account_id, device_id, client_id, interaction_uid, owner_hash, nonce,
      created_at, expires_at, origin, manifest_hash, tau, s_max, generation_id, class)
      VALUES ('${purpose}', '${purpose}', 'open', 'a', 'd', 'c', 'i', 'o', x'03', 1, 1000, 'o', ${hash}, 600, 1266, 'g', 'root')`);
  }
  for (const purpose of ['enrol', 'renewal']) {
    db.exec(`INSERT INTO enrolment (id, purpose, account_id, device_id, state, label, profile, consent_purpose,
      consent_version, consent_language, consent_hash, nonce, created_at, expires_at, late_until, client_id, origin,
      parameter_set, manifest_hash, tau, s_max, ordinary, root, first_ordinary, hpke_public_key)
      VALUES ('${purpose}', '${purpose}', 'a', 'd', 'finished', 'Laptop', 'quick', 'enrol', '1', 'en', 'ab', x'03', 1, 1000,
      5000, 'c', 'o', 'sealed/1', ${hash}, 600, 1266, 3, 1, 1, x'05')`);
  }
  migrate(db);
  const storage = storageOver(db);
  for (const purpose of ['sign-in', 'renewal'])
    expect(await storage.signIns.find(purpose)).toMatchObject({ purpose, state: 'open' });
  for (const purpose of ['enrol', 'renewal'])
    expect(await storage.enrolments.find(purpose)).toMatchObject({ purpose, recovery: false });
  expect(await storage.sessions.find('h', 2)).toMatchObject({ passkeyId: '' });
  expect((await storage.devices.find('d'))?.addedBy).toBeUndefined();
  expect(await storage.secondFactors.codes('a')).toEqual({ left: 0 });
  await storage.close();
});
