import { describe, expect, it } from 'vitest';
import type { PasskeyQuestion, Session } from '../src/ports/sessions.ts';
import {
  account,
  enrolment,
  event,
  givenAccount,
  givenEnrolled,
  passkey,
  statement,
  upload,
} from './support/rows.ts';
import { storages } from './support/storages.ts';

const session = (accountId: string, over: Partial<Session> = {}): Session => ({
  idHash: 'h1',
  accountId,
  createdAt: 1,
  expiresAt: 1_000,
  authenticatedAt: 1,
  deviceBound: false,
  passkeyId: 'p1',
  ...over,
});

describe.each(Object.entries(storages))('accounts and sessions: %s', (_name, open) => {
  it('creates an account and its first passkey together', async () => {
    const { accounts } = open();
    const one = account();
    const key = passkey(one.id, { transports: ['internal', 'hybrid'], deviceBound: false });
    expect(await accounts.create(one, key, event('account-created'))).toBe(true);
    expect(await accounts.find(one.id)).toEqual(one);
    expect(await accounts.passkey(key.id)).toEqual(key);
    expect(await accounts.passkeys(one.id)).toEqual([key]);
  });

  it('creates nothing when the credential is another account’s', async () => {
    const { accounts } = open();
    const [one, two] = [account(), account()];
    const key = passkey(one.id);
    await accounts.create(one, key, event('account-created'));
    expect(await accounts.create(two, { ...key, accountId: two.id }, event('account-created'))).toBe(false);
    expect(await accounts.find(two.id)).toBeUndefined();
  });

  it('moves a signature counter forward and never back', async () => {
    const { accounts } = open();
    const one = account();
    const key = passkey(one.id);
    await accounts.create(one, key, event('account-created'));
    await accounts.passkeyUsed(key.id, 7);
    await accounts.passkeyUsed(key.id, 3);
    expect((await accounts.passkey(key.id))?.counter).toBe(7);
  });

  it.each([
    [999, true],
    [1_000, false],
    [1_001, false],
  ])('a session ending at 1000 ms, asked for at %i ms, is found: %s', async (now, found) => {
    const storage = open();
    const { id } = await givenAccount(storage);
    await storage.sessions.put(session(id));
    expect((await storage.sessions.find('h1', now)) !== undefined).toBe(found);
  });

  it('rotates a session once', async () => {
    const storage = open();
    const { id } = await givenAccount(storage);
    await storage.sessions.put(session(id));
    expect(await storage.sessions.rotate('h1', session(id, { idHash: 'h2', deviceBound: true }))).toBe(true);
    expect(await storage.sessions.rotate('h1', session(id, { idHash: 'h3' }))).toBe(false);
    expect(await storage.sessions.find('h1', 0)).toBeUndefined();
    expect(await storage.sessions.find('h2', 0)).toEqual(session(id, { idHash: 'h2', deviceBound: true }));
    expect(await storage.sessions.find('h3', 0)).toBeUndefined();
  });

  it('gives a passkey question to one taker of the right kind, in time', async () => {
    const { passkeyQuestions: questions } = open();
    const question = (over: Partial<PasskeyQuestion> = {}): PasskeyQuestion => ({
      id: 'q1',
      kind: 'authenticate',
      challenge: 'c',
      expiresAt: 1_000,
      ...over,
    });
    await questions.put(question());
    expect(await questions.take('q1', 'register', 0)).toBeUndefined();
    const taken = await Promise.all(
      Array.from({ length: 10 }, () => questions.take('q1', 'authenticate', 0)),
    );
    expect(taken.filter(Boolean)).toEqual([question()]);
    await questions.put(question({ id: 'q2' }));
    expect(await questions.take('q2', 'authenticate', 1_000)).toBeUndefined();
  });

  it('keeps secrets, newest first', async () => {
    const { secrets } = open();
    await secrets.add('a', new Uint8Array([1]), 1);
    await secrets.add('a', new Uint8Array([2]), 1);
    await secrets.add('b', new Uint8Array([3]), 1);
    expect((await secrets.list('a')).map((one) => [...one])).toEqual([[2], [1]]);
  });
});

describe.each(Object.entries(storages))('enrolments: %s', (_name, open) => {
  const begun = async (over: Parameters<typeof enrolment>[1] = {}) => {
    const storage = open();
    const { id } = await givenAccount(storage);
    const e = enrolment(id, over);
    await storage.enrolments.begin(e, event('enrolment-begun', 10));
    return { storage, e };
  };

  it('returns an enrolment as it was begun', async () => {
    const { storage, e } = await begun();
    expect(await storage.enrolments.find(e.id)).toEqual(e);
  });

  it('accepts one statement: the same again changes nothing, another is refused', async () => {
    const { storage, e } = await begun();
    const s = statement(e);
    expect(await storage.enrolments.state(e.id, s, event('enrolment-stated', 20))).toBe('stated');
    expect(await storage.enrolments.state(e.id, s, event('enrolment-stated', 20))).toBe('same');
    const other = { ...statement(e), hash: new Uint8Array(32) };
    expect(await storage.enrolments.state(e.id, other, event('enrolment-stated', 20))).toBe('different');
  });

  it('refuses a statement that reuses a generation id of another device', async () => {
    const { storage, e } = await begun();
    const taken = await givenEnrolled(storage);
    const s = { ...statement(e), generations: taken.statement.generations };
    expect(await storage.enrolments.state(e.id, s, event('enrolment-stated', 20))).toBe('different');
    expect(await storage.devices.dataKey(e.deviceId)).toBeUndefined();
  });

  it.each([
    [999, 'stated'],
    [1_000, 'closed'],
  ])('a statement at %i ms of a deadline at 1000 ms is %s', async (now, outcome) => {
    const { storage, e } = await begun();
    expect(await storage.enrolments.state(e.id, statement(e), event('enrolment-stated', now))).toBe(outcome);
  });

  it('knows which hash belongs where, and nothing outside the announced counts', async () => {
    const { storage, e } = await begun();
    const s = statement(e);
    expect(
      await storage.enrolments.slot({ enrolmentId: e.id, ticketClass: 'root', index: 0 }),
    ).toBeUndefined();
    await storage.enrolments.state(e.id, s, event('enrolment-stated', 20));
    const slot = await storage.enrolments.slot({ enrolmentId: e.id, ticketClass: 'root', index: 1 });
    expect(slot).toEqual({
      generationId: s.generations[1]!.id,
      hash: s.generations[1]!.ticketHashes[1],
      filled: false,
    });
    expect(
      await storage.enrolments.slot({ enrolmentId: e.id, ticketClass: 'root', index: 2 }),
    ).toBeUndefined();
    const key = await storage.enrolments.slot({ enrolmentId: e.id, ticketClass: 'ordinary' });
    expect(key?.hash).toEqual(s.generations[0]!.publicKeyHash);
  });

  it('shows no device before it is finished, and an active one after', async () => {
    const { storage, e } = await begun();
    await storage.enrolments.state(e.id, statement(e), event('enrolment-stated', 20));
    await upload(storage, e);
    expect(await storage.devices.find(e.deviceId)).toBeUndefined();
    expect(await storage.devices.list(e.accountId)).toEqual([]);
    expect(await storage.devices.consents(e.accountId)).toEqual([]);
    expect(await storage.enrolments.finish(e.id, [event('enrolment-finished', 30)], 30)).toBe(3);
    expect(await storage.devices.find(e.deviceId)).toMatchObject({ state: 'active', label: 'Laptop' });
    expect(await storage.devices.list(e.accountId)).toMatchObject([{ ticketsLeft: 3, rootTicketsLeft: 2 }]);
    expect(await storage.devices.consents(e.accountId)).toMatchObject([{ version: '1', hash: 'ab' }]);
    expect((await storage.enrolments.find(e.id))?.state).toBe('finished');
  });

  it('keeps a consent for another purpose of an active device, and of no other', async () => {
    const { storage, e } = await begun();
    const { accountId, deviceId } = e;
    const given = { accountId, deviceId, purpose: 'image-check', version: '1', language: 'en', hash: 'cd' };
    const give = (givenAt: number) =>
      storage.devices.giveConsent({ ...given, givenAt }, event('consent-given', givenAt));
    expect(await give(10)).toBe(false);
    await storage.enrolments.state(e.id, statement(e), event('enrolment-stated', 20));
    await upload(storage, e);
    await storage.enrolments.finish(e.id, [event('enrolment-finished', 30)], 30);
    expect(await give(40)).toBe(true);
    expect(await storage.devices.consents(accountId)).toMatchObject([
      { purpose: 'enrol' },
      { purpose: 'image-check', hash: 'cd', givenAt: 40 },
    ]);
  });

  it.each(['a public key', 'a root ticket', 'a first ordinary ticket'])(
    'does not finish without %s',
    async (what) => {
      const { storage, e } = await begun();
      await storage.enrolments.state(e.id, statement(e), event('enrolment-stated', 20));
      const { enrolments } = storage;
      const skip = { 'a public key': 'key', 'a root ticket': 'root', 'a first ordinary ticket': 'ordinary' }[
        what
      ];
      const original = enrolments.fill;
      enrolments.fill = async (place, body, now) => {
        if (
          skip === 'key'
            ? place.index === undefined && place.ticketClass === 'root'
            : place.ticketClass === skip && place.index === 1
        )
          return;
        await original(place, body, now);
      };
      await upload(storage, e, e.ordinary);
      expect(await enrolments.finish(e.id, [], 30)).toBe('incomplete');
      expect(await storage.devices.list(e.accountId)).toEqual([]);
    },
  );

  it('keeps the first body of a slot', async () => {
    const { storage, e } = await begun();
    await storage.enrolments.state(e.id, statement(e), event('enrolment-stated', 20));
    await upload(storage, e);
    await storage.enrolments.fill(
      { enrolmentId: e.id, ticketClass: 'root', index: 0 },
      new Uint8Array(1),
      20,
    );
    expect(await storage.enrolments.received(e.id)).toEqual({
      ordinary: [0, 1, 2],
      root: [0, 1],
      publicKeys: ['ordinary', 'root'],
    });
  });

  it('is complete, and forgets its sealing key, with the last late ticket', async () => {
    const { storage, e } = await begun();
    await storage.enrolments.state(e.id, statement(e), event('enrolment-stated', 20));
    await upload(storage, e);
    await storage.enrolments.finish(e.id, [], 30);
    expect((await storage.enrolments.find(e.id))?.hpkePrivateKey).toBeDefined();
    for (const index of [5, 3, 4]) {
      await storage.enrolments.fill(
        { enrolmentId: e.id, ticketClass: 'ordinary', index },
        new Uint8Array(1),
        40,
      );
    }
    const done = await storage.enrolments.find(e.id);
    expect(done?.state).toBe('complete');
    expect(done?.hpkePrivateKey).toBeUndefined();
  });

  it('leaves nothing of an abandoned enrolment but the audit entry', async () => {
    const { storage, e } = await begun();
    await storage.enrolments.state(e.id, statement(e), event('enrolment-stated', 20));
    await upload(storage, e);
    expect(await storage.enrolments.sweep(999)).toBe(0);
    expect(await storage.enrolments.sweep(1_000)).toBe(1);
    expect(await storage.enrolments.find(e.id)).toBeUndefined();
    expect(await storage.devices.dataKey(e.deviceId)).toBeUndefined();
    expect(await storage.devices.generation(e.deviceId, 'ordinary')).toBeUndefined();
    expect((await storage.audit.rows(1, 100)).at(-1)?.event.kind).toBe('enrolment-abandoned');
  });

  it('cancels what is unfinished and keeps what is finished', async () => {
    const { storage, e } = await begun();
    await storage.enrolments.state(e.id, statement(e), event('enrolment-stated', 20));
    expect(await storage.enrolments.cancel(e.id, event('enrolment-abandoned'))).toBe(true);
    expect(await storage.enrolments.find(e.id)).toBeUndefined();
    const enrolled = await givenEnrolled(storage);
    expect(await storage.enrolments.cancel(enrolled.enrolment.id, event('enrolment-abandoned'))).toBe(false);
    expect((await storage.devices.find(enrolled.enrolment.deviceId))?.state).toBe('active');
  });

  it('stops waiting for late tickets after their deadline', async () => {
    const { storage, e } = await begun();
    await storage.enrolments.state(e.id, statement(e), event('enrolment-stated', 20));
    await upload(storage, e);
    await storage.enrolments.finish(e.id, [], 30);
    expect(await storage.enrolments.sweep(5_000)).toBe(1);
    expect((await storage.enrolments.find(e.id))?.state).toBe('complete');
    expect(await storage.devices.list(e.accountId)).toMatchObject([{ ticketsLeft: 3, rootTicketsLeft: 2 }]);
  });
});

describe.each(Object.entries(storages))('erasure: %s', (_name, open) => {
  it('removes keys and tickets, proves it, withdraws the consent and keeps a receipt', async () => {
    const storage = open();
    const { account: owner, enrolment: e } = await givenEnrolled(storage);
    const erasure = {
      receiptId: 'r1',
      accountId: owner.id,
      deviceId: e.deviceId,
      to: 'erased',
      now: 50,
    } as const;
    const receipt = await storage.devices.erase(erasure, event('enrolment-erased', 50));
    expect(receipt).toEqual({
      receiptId: 'r1',
      erasedAt: 50,
      deviceId: e.deviceId,
      generations: 2,
      ticketsErased: 8,
      imagesErased: 0,
      verified: { tickets: 0, publicKeys: 0, dataKeys: 0, images: 0 },
    });
    expect(await storage.devices.dataKey(e.deviceId)).toBeUndefined();
    expect(await storage.devices.generation(e.deviceId, 'root')).toBeUndefined();
    expect((await storage.devices.find(e.deviceId))?.state).toBe('erased');
    expect((await storage.devices.consents(owner.id))[0]?.withdrawnAt).toBe(50);
    expect(await storage.devices.receipts(owner.id)).toEqual([receipt]);
    expect(await storage.enrolments.find(e.id)).toBeUndefined();
  });

  it('knows which active devices were not used since a moment', async () => {
    const storage = open();
    const { account: owner, enrolment: e } = await givenEnrolled(storage);
    const created = (await storage.devices.find(e.deviceId))!.createdAt;
    expect(await storage.devices.unusedSince(created)).toEqual([]);
    expect(await storage.devices.unusedSince(created + 1)).toMatchObject([
      { id: e.deviceId, accountId: owner.id },
    ]);
    const erasure = {
      receiptId: 'r1',
      accountId: owner.id,
      deviceId: e.deviceId,
      to: 'erased',
      now: 50,
    } as const;
    await storage.devices.erase(erasure, event('enrolment-erased', 50));
    expect(await storage.devices.unusedSince(created + 1)).toEqual([]);
  });

  it('revokes for good', async () => {
    const storage = open();
    const { account: owner, enrolment: e } = await givenEnrolled(storage);
    const erase = (to: 'erased' | 'revoked', receiptId: string) =>
      storage.devices.erase(
        { receiptId, accountId: owner.id, deviceId: e.deviceId, to, now: 50 },
        event('device-revoked'),
      );
    await erase('revoked', 'r1');
    await erase('erased', 'r2');
    expect((await storage.devices.find(e.deviceId))?.state).toBe('revoked');
  });

  it('does not touch another account’s device', async () => {
    const storage = open();
    const mine = await givenEnrolled(storage);
    const other = await givenAccount(storage);
    const erasure = {
      receiptId: 'r',
      accountId: other.id,
      deviceId: mine.enrolment.deviceId,
      to: 'revoked',
      now: 1,
    } as const;
    expect(await storage.devices.erase(erasure, event('device-revoked'))).toBeUndefined();
    expect((await storage.devices.find(mine.enrolment.deviceId))?.state).toBe('active');
  });
});
