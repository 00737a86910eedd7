import { describe, expect, it } from 'vitest';
import type { Budgets, SignIn } from '../src/ports/sign-ins.ts';
import type { Storage } from '../src/ports/storage.ts';
import {
  budgets,
  type Enrolled,
  event,
  givenEnrolled,
  probeHash,
  replyHash,
  signIn,
  tokenHash,
} from './support/rows.ts';
import { storages } from './support/storages.ts';

const burn = (storage: Storage, id: string, index: number, now = 200, limits: Budgets = budgets) =>
  storage.signIns.burn({ id, index, budgets: limits, now }, event('ticket-burned', now));

async function begun(storage: Storage, enrolled: Enrolled, over: Partial<SignIn> = {}): Promise<SignIn> {
  const one = signIn(enrolled, over);
  await storage.signIns.begin(one, budgets, event('sign-in-begun', one.createdAt));
  return one;
}

/** A whole sign-in with the given end; `index` must be unspent. */
async function ended(
  storage: Storage,
  enrolled: Enrolled,
  index: number,
  outcome: 'accepted' | 'failed',
  now = 200,
) {
  const one = await begun(storage, enrolled, { createdAt: now, expiresAt: now + 1_000 });
  const result = await burn(storage, one.id, index, now);
  if (!result.burned) return result.reason;
  await storage.signIns.replied(one.id, { probeHash, replyHash, tokenHash });
  return await storage.signIns.conclude(one.id, outcome, budgets, now);
}

describe.each(Object.entries(storages))('burning tickets: %s', (_name, open) => {
  const given = async () => {
    const storage = open();
    return { storage, enrolled: await givenEnrolled(storage) };
  };
  const left = async (storage: Storage, enrolled: Enrolled) =>
    (await storage.devices.list(enrolled.account.id))[0]?.ticketsLeft;

  it('hands out the ticket and deletes it with every earlier one', async () => {
    const { storage, enrolled } = await given();
    const one = await begun(storage, enrolled);
    const result = await burn(storage, one.id, 2);
    expect(result).toMatchObject({ burned: true });
    if (result.burned) {
      expect(new TextDecoder().decode(result.ticket)).toBe('ordinary/2');
      expect(new TextDecoder().decode(result.publicKey)).toBe('ordinary/key');
    }
    expect(await left(storage, enrolled)).toBe(3);
    expect((await storage.devices.generation(enrolled.enrolment.deviceId, 'ordinary'))?.lastBurned).toBe(2);
    expect(await storage.signIns.find(one.id)).toMatchObject({ state: 'burned', ticketIndex: 2 });
  });

  it('lets one of ten racing probes of one ceremony win', async () => {
    const { storage, enrolled } = await given();
    const one = await begun(storage, enrolled);
    const results = await Promise.all(Array.from({ length: 10 }, (_, i) => burn(storage, one.id, i % 3)));
    expect(results.filter((result) => result.burned)).toHaveLength(1);
    expect((await storage.signIns.faceFactor(enrolled.account.id)).failures).toBe(0);
  });

  it('lets one of ten racing ceremonies have one ticket', async () => {
    const { storage, enrolled } = await given();
    const many = await Promise.all(Array.from({ length: 10 }, () => begun(storage, enrolled)));
    const results = await Promise.all(many.map((one) => burn(storage, one.id, 1)));
    expect(results.filter((result) => result.burned)).toHaveLength(1);
    expect(await left(storage, enrolled)).toBe(4);
  });

  it.each([
    [0, 'ticket-burned'],
    [1, 'ticket-burned'],
    [2, undefined],
    [5, undefined],
    [6, 'enrolment-incomplete'],
  ])('after index 1, index %i gives %s', async (index, reason) => {
    const { storage, enrolled } = await given();
    await ended(storage, enrolled, 1, 'accepted');
    const one = await begun(storage, enrolled);
    const before = await left(storage, enrolled);
    const result = await burn(storage, one.id, index);
    expect(result.burned ? undefined : result.reason).toBe(reason);
    if (reason) expect(await left(storage, enrolled)).toBe(before);
  });

  it.each([
    [999, undefined],
    [1_000, 'ceremony-expired'],
  ])('at %i ms of a deadline at 1000 ms gives %s', async (now, reason) => {
    const { storage, enrolled } = await given();
    const one = await begun(storage, enrolled);
    const result = await burn(storage, one.id, 0, now);
    expect(result.burned ? undefined : result.reason).toBe(reason);
  });

  it('refuses a ceremony that is unknown, superseded, or whose device was erased', async () => {
    const { storage, enrolled } = await given();
    expect(await burn(storage, 'nothing', 0)).toMatchObject({ reason: 'ceremony-closed' });
    const first = await begun(storage, enrolled, { interactionUid: 'same' });
    const second = await begun(storage, enrolled, { interactionUid: 'same' });
    expect(await burn(storage, first.id, 0)).toMatchObject({ reason: 'ceremony-closed' });
    expect((await storage.signIns.find(first.id))?.state).toBe('closed');
    const { deviceId, accountId } = enrolled.enrolment;
    await storage.devices.erase(
      { receiptId: 'r', accountId, deviceId, to: 'erased', now: 150 },
      event('enrolment-erased'),
    );
    expect(await burn(storage, second.id, 0)).toMatchObject({ burned: false });
  });
});

describe.each(Object.entries(storages))('outcomes and budgets: %s', (_name, open) => {
  const given = async (ordinary = 6) => {
    const storage = open();
    return { storage, enrolled: await givenEnrolled(storage, { ordinary }) };
  };

  it('moves open -> burned -> replied -> accepted, each step once', async () => {
    const { storage, enrolled } = await given();
    const { id } = await begun(storage, enrolled);
    expect(await storage.signIns.replied(id, { probeHash, replyHash, tokenHash })).toBe(false);
    expect(await storage.signIns.conclude(id, 'accepted', budgets, 200)).toBeUndefined();
    await burn(storage, id, 0);
    expect(await storage.signIns.conclude(id, 'accepted', budgets, 200)).toBeUndefined();
    expect(await storage.signIns.replied(id, { probeHash, replyHash, tokenHash })).toBe(true);
    expect(await storage.signIns.replied(id, { probeHash, replyHash, tokenHash })).toBe(false);
    const race = Array.from({ length: 10 }, () => storage.signIns.conclude(id, 'accepted', budgets, 200));
    expect((await Promise.all(race)).filter(Boolean)).toEqual(['accepted']);
    expect((await storage.devices.find(enrolled.enrolment.deviceId))?.lastUsedAt).toBe(200);
  });

  it('makes a failure of an acceptance past the deadline, or of a device erased meanwhile', async () => {
    const { storage, enrolled } = await given();
    const late = await begun(storage, enrolled);
    await burn(storage, late.id, 0);
    await storage.signIns.replied(late.id, { probeHash, replyHash, tokenHash });
    expect(await storage.signIns.conclude(late.id, 'accepted', budgets, 1_000)).toBe('failed');

    const erased = await begun(storage, enrolled);
    await burn(storage, erased.id, 1);
    await storage.signIns.replied(erased.id, { probeHash, replyHash, tokenHash });
    const { deviceId, accountId } = enrolled.enrolment;
    await storage.devices.erase(
      { receiptId: 'r', accountId, deviceId, to: 'erased', now: 150 },
      event('enrolment-erased'),
    );
    expect(await storage.signIns.conclude(erased.id, 'accepted', budgets, 300)).toBe('failed');
  });

  it('counts failures, locks at the fifth, doubles the lock, and steps back one at each success', async () => {
    const { storage, enrolled } = await given(20);
    const face = () => storage.signIns.faceFactor(enrolled.account.id);
    for (let i = 0; i < 4; i++) expect(await ended(storage, enrolled, i, 'failed')).toBe('failed');
    expect(await face()).toEqual({ failures: 4 });
    expect(await ended(storage, enrolled, 4, 'accepted')).toBe('accepted');
    expect(await face()).toEqual({ failures: 3 });
    await ended(storage, enrolled, 5, 'failed');
    await ended(storage, enrolled, 6, 'failed');
    expect(await face()).toEqual({ failures: 5, lockedUntil: 60_200 });
    expect(await ended(storage, enrolled, 7, 'accepted', 60_199)).toBe('face-locked');
    expect(await ended(storage, enrolled, 7, 'failed', 60_200)).toBe('failed');
    expect(await face()).toEqual({ failures: 6, lockedUntil: 180_200 });
    expect((await storage.audit.rows(1, 500)).filter((row) => row.event.kind === 'face-locked')).toHaveLength(
      2,
    );
  });

  it('gives no sixth try to ceremonies held open side by side', async () => {
    const { storage, enrolled } = await given(20);
    const many = await Promise.all(Array.from({ length: 10 }, () => begun(storage, enrolled)));
    const reasons = [];
    for (const [i, one] of many.entries()) {
      const result = await burn(storage, one.id, i);
      reasons.push(result.burned ? 'burned' : result.reason);
    }
    expect(reasons).toEqual([...Array(5).fill('burned'), ...Array(5).fill('face-locked')]);
  });

  it('stops at the day’s budget, and at one application’s share before', async () => {
    const { storage, enrolled } = await given(20);
    const limits = { ...budgets, perDay: 4, perDayAndClient: 3 };
    const results: string[] = [];
    for (const [i, clientId] of ['a', 'a', 'a', 'a', 'b', 'b'].entries()) {
      const one = await begun(storage, enrolled, { clientId });
      const result = await burn(storage, one.id, i, 200, limits);
      results.push(result.burned ? 'burned' : result.reason);
      if (!result.burned) continue;
      await storage.signIns.replied(one.id, { probeHash, replyHash, tokenHash });
      await storage.signIns.conclude(one.id, 'accepted', limits, 200);
    }
    expect(results).toEqual(['burned', 'burned', 'burned', 'budget-exhausted', 'burned', 'budget-exhausted']);
    const tomorrow = 200 + 24 * 3600 * 1000;
    const next = await begun(storage, enrolled, { createdAt: tomorrow, expiresAt: tomorrow + 1_000 });
    expect(await burn(storage, next.id, 10, tomorrow, limits)).toMatchObject({ burned: true });
  });

  it('counts a burned ticket without its token by the deadline as a failure, an unspent one not', async () => {
    const { storage, enrolled } = await given();
    const spent = await begun(storage, enrolled);
    const replied = await begun(storage, enrolled);
    const unspent = await begun(storage, enrolled);
    await burn(storage, spent.id, 0);
    await burn(storage, replied.id, 1);
    await storage.signIns.replied(replied.id, { probeHash, replyHash, tokenHash });
    expect(await storage.signIns.sweep(budgets, 999)).toBe(0);
    expect(await storage.signIns.sweep(budgets, 1_000)).toBe(3);
    const states = await Promise.all(
      [spent, replied, unspent].map(async ({ id }) => (await storage.signIns.find(id))?.state),
    );
    expect(states).toEqual(['failed', 'failed', 'closed']);
    expect((await storage.signIns.faceFactor(enrolled.account.id)).failures).toBe(2);
  });

  it('counts a cancelled or superseded ceremony as a failure once its ticket is spent', async () => {
    const { storage, enrolled } = await given();
    const cancelled = await begun(storage, enrolled);
    await burn(storage, cancelled.id, 0);
    await storage.signIns.cancel(cancelled.id, budgets, 250);
    await storage.signIns.cancel(cancelled.id, budgets, 250);
    const superseded = await begun(storage, enrolled, { interactionUid: 'same' });
    await burn(storage, superseded.id, 1);
    await begun(storage, enrolled, { interactionUid: 'same' });
    expect((await storage.signIns.find(superseded.id))?.state).toBe('failed');
    expect((await storage.signIns.faceFactor(enrolled.account.id)).failures).toBe(2);
  });
});
