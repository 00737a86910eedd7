/**
 * Somebody with every key of the device and another face, who tries and tries: how many answers that is, counted
 * against what the protocol page and THREATS.md say.
 */
import { sealed1 } from '@blindsight/protocol/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultPolicy } from '../src/default-config.ts';
import { budgetsOf } from '../src/domain/deps.ts';
import { Browser, face } from './support/browser.ts';
import { type Provider, provider } from './support/provider.ts';
import { event, givenEnrolled, signIn } from './support/rows.ts';
import { storages } from './support/storages.ts';

const hour = 3600_000;
const day = 24 * hour;
/** Accept bits that would rebuild a template to cosine 0.96, see matching protocol, attack 2. */
const bitsForATemplate = 5_000;

let site: Provider;
beforeAll(async () => {
  site = await provider({ storage: 'memory' });
}, 60_000);
afterAll(() => site?.dispose());

describe('a device with the keys and another face', () => {
  it('gets 5 answers, then one at the end of each lock, each lock twice as long: 13 in a day, 1 a day from then on', async () => {
    const mallory = new Browser(site);
    await mallory.createAccount();
    const { challenge, late } = await mallory.enrol('ada');
    for (let index = 8; index < 24; index++) {
      await mallory.must(
        'PUT',
        `/v1/enrolments/${challenge.ceremonyId}/sealed-tickets/ordinary/${index}`,
        await late(index),
      );
    }
    const started = site.now();
    /** When each answer came, ms after the first try, and how long the lock after it was, s. */
    const answers: { at: number; lockedFor?: number }[] = [];
    /** The best capture so far, moved at random: with every answer a no, it never learns where to go. */
    let capture = face('mallory');
    while (site.now() - started < 4 * day) {
      const begun = await mallory.beginSignIn(await mallory.openInteraction());
      if (begun.status === 423) {
        const { retryAfterSeconds } = begun.json as unknown as { retryAfterSeconds: number };
        answers.at(-1)!.lockedFor = retryAfterSeconds;
        site.pass(retryAfterSeconds * 1000);
        continue;
      }
      const moved = capture.map((value) => value + 0.1 * (Math.random() - 0.5));
      const { status } = await mallory.signIn(moved);
      if (status === 200) capture = moved;
      answers.push({ at: site.now() - started });
    }
    const locks = answers.flatMap(({ lockedFor }) => (lockedFor === undefined ? [] : [lockedFor / 60]));
    expect(locks.slice(0, 10).map(Math.round)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440]);
    expect(answers.findIndex(({ lockedFor }) => lockedFor !== undefined)).toBe(4);
    const within = (from: number, to: number) => answers.filter(({ at }) => at >= from && at < to).length;
    expect([
      within(0, day),
      within(day, 2 * day),
      within(2 * day, 3 * day),
      within(3 * day, 4 * day),
    ]).toEqual([...[13, 1, 1, 1]]);
    // at that rate a template takes more than 13 years
    expect((bitsForATemplate - 13) / 365).toBeGreaterThan(13);
    // and every one of them is in the audit log
    const failed = (await site.server.storage.audit.rows(1, 10_000)).filter(
      ({ event: { kind } }) => kind === 'sign-in-failed',
    );
    expect(failed).toHaveLength(answers.length);
  });
});

describe('a key holder with a capture that is accepted, for whom every second answer can be a yes', () => {
  it('gets 50 answers a day, 20 at one application, and no more in the life of an enrolment than it has tickets', async () => {
    const storage = storages['memory']!();
    const enrolled = await givenEnrolled(storage, { ordinary: 200 });
    const budgets = budgetsOf({ policy: defaultPolicy });
    let index = 0;
    /** One sign-in to the end. @returns whether a ticket was spent on it. */
    const attempt = async (clientId: string, outcome: 'accepted' | 'failed', now: number) => {
      const one = signIn(enrolled, { clientId, createdAt: now, expiresAt: now + 60_000 });
      await storage.signIns.begin(one, budgets, event('sign-in-begun', now));
      const burn = { id: one.id, index, probeHash: new Uint8Array(32), budgets, now };
      const { burned } = await storage.signIns.burn(burn, event('ticket-burned', now));
      if (!burned) return false;
      index += 1;
      const hashes = { probeHash: burn.probeHash, replyHash: burn.probeHash, tokenHash: burn.probeHash };
      await storage.signIns.replied(one.id, hashes);
      await storage.signIns.conclude(one.id, outcome, budgets, now + 1);
      return true;
    };
    const perDay: number[] = [];
    for (let today = 0; today < 3; today++) {
      const spent = new Map<string, number>();
      for (const clientId of ['shop', 'bank', 'forum']) {
        for (let i = 0; i < 40; i++) {
          const done = await attempt(
            clientId,
            i % 2 === 0 ? 'failed' : 'accepted',
            today * (day + 1) + i * 1_000,
          );
          spent.set(clientId, (spent.get(clientId) ?? 0) + Number(done));
        }
      }
      expect([...spent.values()]).toEqual([20, 20, 10]);
      perDay.push([...spent.values()].reduce((sum, one) => sum + one, 0));
    }
    expect(perDay).toEqual([50, 50, 50]);
    // 96 tickets and 12 renewals of 96, and the root tickets: the hard end, whatever the budgets
    const inALife = sealed1.ordinaryTickets * (1 + defaultPolicy.maxRenewals) + sealed1.rootTickets;
    expect(inALife).toBe(1_272);
    expect(bitsForATemplate / inALife).toBeGreaterThan(3.9);
  });
});
