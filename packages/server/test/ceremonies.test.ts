/** Enrolment and sign-in as a device meets them, refusals included. */
import { fromBase64url, toBase64url } from '@blindsight/protocol/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../src/audit/verify.ts';
import { Browser, type Sent } from './support/browser.ts';
import { type Provider, provider } from './support/provider.ts';

const minute = 60_000;
let site: Provider;
let ada: Browser;

const failures = async (browser = ada) =>
  (await site.server.storage.signIns.faceFactor(browser.device!.accountId)).failures;
const ticketsLeft = async () =>
  (await site.server.storage.devices.list(ada.device!.accountId))[0]!.ticketsLeft;
/** Successes enough to take back what a test let fail, so that tests do not lean on each other. */
const recover = async () => {
  site.pass(24 * 60 * minute);
  while ((await failures()) > 0) expect((await ada.signIn('ada')).status).toBe(200);
};

beforeAll(async () => {
  site = await provider();
  ada = new Browser(site);
  await ada.createAccount();
  const { challenge, late } = await ada.enrol('ada');
  for (let index = challenge.firstOrdinary; index < challenge.ordinary; index++) {
    await ada.must(
      'PUT',
      `/v1/enrolments/${challenge.ceremonyId}/sealed-tickets/ordinary/${index}`,
      await late(index),
    );
  }
}, 60_000);
afterAll(() => site?.dispose());

describe('a sealed sign-in', () => {
  it('lets the enrolled face in, and the application learns what was proven', async () => {
    const reply = await ada.signIn('ada');
    expect(reply.status).toBe(200);
    const back = await ada.send('GET', new URL(reply.json.redirectTo!).pathname);
    expect(String(back.headers['location'])).toMatch(/^http:\/\/localhost:4401\/callback\?code=/);
    const rows = await site.server.storage.audit.rows(1, 1_000);
    expect(rows.map((row) => row.event.kind)).toEqual(
      expect.arrayContaining(['sign-in-begun', 'ticket-burned', 'sign-in-accepted', 'interaction-finished']),
    );
    expect(rows.slice(-2).map((row) => row.event.reason)).toEqual([
      'urn:blindsight:acr:sealed',
      'oidc.authorized',
    ]);
  });

  it('refuses another face, and counts it', async () => {
    const { sent, reply, answer } = await ada.upToReply('eve');
    expect(answer.hit).toBe(false);
    const hitReply = await ada.upToReply('ada');
    expect(reply.bytes.length).toBe(hitReply.reply.bytes.length);
    expect(await ada.answer(sent, answer)).toMatchObject({ status: 401, json: { code: 'sign-in-refused' } });
    expect(await failures()).toBe(1);
    await ada.answer(hitReply.sent, hitReply.answer);
    expect(await failures()).toBe(0);
  });

  it('stores the token’s hash and never the token or the probe', async () => {
    const { sent, answer } = await ada.upToReply('ada');
    const row = await site.server.storage.signIns.find(sent.challenge.ceremonyId);
    expect(
      Object.keys(row!)
        .filter((key) => /token|probe|reply/i.test(key))
        .sort(),
    ).toEqual(['probeHash', 'replyHash', 'tokenHash']);
    await ada.answer(sent, answer);
  });
});

describe('what burns nothing', () => {
  const refused = async (change: (sent: Sent) => { message?: Uint8Array; browser?: Browser }) => {
    const { json: challenge } = await ada.beginSignIn(await ada.openInteraction());
    const sent = await ada.prepare(challenge, 'ada');
    const before = await ticketsLeft();
    const { message = sent.message, browser = ada } = change(sent);
    const reply = await browser.probe({ ...sent, message });
    expect(await ticketsLeft()).toBe(before);
    expect(await failures()).toBe(0);
    // the same ceremony still takes the right message
    const good = await ada.probe(sent);
    expect(good.status).toBe(200);
    await ada.answer(sent, await ada.open(sent, good.bytes));
    return [reply.status, reply.json['code']];
  };
  const changed = (message: Uint8Array, at: number) => message.map((byte, i) => (i === at ? byte ^ 1 : byte));

  it('a probe whose signature does not verify', async () => {
    expect(await refused(({ message }) => ({ message: changed(message, message.length - 1) }))).toEqual([
      401,
      'sign-in-refused',
    ]);
  });
  it('a probe other than the signed one', async () => {
    expect(await refused(({ message }) => ({ message: changed(message, 20) }))).toEqual([
      401,
      'sign-in-refused',
    ]);
  });
  it('a signed probe at another index', async () => {
    expect(await refused(({ message }) => ({ message: changed(message, 4) }))).toEqual([
      401,
      'sign-in-refused',
    ]);
  });
  it.each([
    ['a truncated probe', (m: Uint8Array) => m.slice(0, -1), 400, 'malformed-message'],
    ['an extended probe', (m: Uint8Array) => new Uint8Array([...m, 0]), 400, 'malformed-message'],
    ['an oversized probe', () => new Uint8Array(257), 413, 'message-too-large'],
    ['an unknown version', (m: Uint8Array) => changed(m, 0), 400, 'malformed-message'],
  ] as const)('%s', async (_what, change, status, code) => {
    expect(await refused(({ message }) => ({ message: change(message) }))).toEqual([status, code]);
  });
  it('another browser', async () => {
    const browser = new Browser(site);
    await browser.openInteraction();
    expect(await refused(() => ({ browser }))).toEqual([404, 'ceremony-not-found']);
  });
});

describe('a ceremony', () => {
  it('takes one of ten probes that race', async () => {
    const { json: challenge } = await ada.beginSignIn(await ada.openInteraction());
    const sent = await ada.prepare(challenge, 'ada');
    const replies = await Promise.all(Array.from({ length: 10 }, () => ada.probe(sent)));
    const won = replies.filter((reply) => reply.status === 200);
    expect(won).toHaveLength(1);
    const codes = replies.filter((reply) => reply.status !== 200).map((reply) => reply.json['code']);
    expect(new Set(codes)).toEqual(new Set(['ceremony-closed']));
    expect((await ada.answer(sent, await ada.open(sent, won[0]!.bytes))).status).toBe(200);
  });

  it('takes one of ten answers that race', async () => {
    const { sent, answer } = await ada.upToReply('ada');
    const replies = await Promise.all(Array.from({ length: 10 }, () => ada.answer(sent, answer)));
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, ...Array(9).fill(409)]);
    expect(await failures()).toBe(0);
  });

  it('does not take a ticket again that another ceremony used', async () => {
    const first = await ada.upToReply('ada');
    await ada.answer(first.sent, first.answer);
    const { json: challenge } = await ada.beginSignIn(await ada.openInteraction());
    const index = challenge.lastBurnedIndex;
    const saved = ada.device!.states.ordinary;
    ada.device!.states.ordinary = { ...saved, nextIndex: index };
    const sent = await ada.prepare(challenge, 'ada', index);
    ada.device!.states.ordinary = saved;
    expect(await ada.probe(sent)).toMatchObject({ status: 409, json: { code: 'ticket-burned' } });
  });

  it('does not take the message of another ceremony', async () => {
    const { json: first } = await ada.beginSignIn(await ada.openInteraction());
    const sent = await ada.prepare(first, 'ada');
    const { json: second } = await ada.beginSignIn(await ada.openInteraction());
    const reply = await ada.probe({ ...sent, challenge: second });
    expect(reply).toMatchObject({ status: 401, json: { code: 'sign-in-refused' } });
  });

  it.each(['token', 'signature'] as const)('refuses a changed %s, once and for all', async (field) => {
    const { sent, answer } = await ada.upToReply('ada');
    const bytes = fromBase64url(answer[field]);
    bytes[0]! ^= 1;
    const wrong = await ada.answer(sent, { ...answer, [field]: toBase64url(bytes) });
    expect(wrong).toMatchObject({ status: 401, json: { code: 'sign-in-refused' } });
    expect(await ada.answer(sent, answer)).toMatchObject({ status: 409, json: { code: 'ceremony-closed' } });
    expect(await failures()).toBe(1);
    await recover();
  });

  it('ends at its deadline: before the probe for free, after it as a failure', async () => {
    const { json: challenge } = await ada.beginSignIn(await ada.openInteraction());
    const sent = await ada.prepare(challenge, 'ada');
    const late = await ada.upToReply('ada');
    site.pass(2 * minute);
    expect(await ada.probe(sent)).toMatchObject({ status: 410, json: { code: 'ceremony-expired' } });
    expect(await ada.answer(late.sent, late.answer)).toMatchObject({
      status: 401,
      json: { code: 'sign-in-refused' },
    });
    expect(await failures()).toBe(1);
    await recover();
  });

  it('is counted as a failure when the person leaves after the probe', async () => {
    const { sent } = await ada.upToReply('ada');
    const url = `/v1/sign-ins/${sent.challenge.ceremonyId}`;
    expect((await ada.send('DELETE', url)).status).toBe(204);
    expect((await ada.send('DELETE', url)).status).toBe(204);
    expect(await failures()).toBe(1);
    await recover();
  });

  it('gives way to a new one of the same interaction', async () => {
    const uid = await ada.openInteraction();
    const { json: first } = await ada.beginSignIn(uid);
    const sent = await ada.prepare(first, 'ada');
    expect((await ada.signIn('ada', uid)).status).toBe(200);
    expect(await ada.probe(sent)).toMatchObject({ status: 409, json: { code: 'ceremony-closed' } });
  });

  it('is not begun for a device that is unknown or another account’s, with the same answer', async () => {
    const uid = await ada.openInteraction();
    const { accountId, deviceId } = ada.device!;
    const unknown = 'AAAAAAAAAAAAAAAAAAAAAA';
    const replies = await Promise.all([
      ada.send('POST', '/v1/sign-ins', { interactionUid: uid, accountId, deviceId: unknown }),
      ada.send('POST', '/v1/sign-ins', { interactionUid: uid, accountId: unknown, deviceId }),
    ]);
    expect(replies.map((reply) => reply.json)).toEqual([replies[0]!.json, replies[0]!.json]);
    expect(replies[0]).toMatchObject({ status: 410, json: { code: 'device-revoked' } });
  });

  it('is not begun for an interaction of another browser', async () => {
    const uid = await new Browser(site).openInteraction();
    expect(await ada.beginSignIn(uid)).toMatchObject({ status: 410, json: { code: 'interaction-expired' } });
  });
});

describe('a restart in mid-ceremony', () => {
  it('continues a ceremony that was begun', async () => {
    const { json: challenge } = await ada.beginSignIn(await ada.openInteraction());
    const sent = await ada.prepare(challenge, 'ada');
    await site.restart();
    const reply = await ada.probe(sent);
    expect(reply.status).toBe(200);
    await site.restart();
    expect((await ada.answer(sent, await ada.open(sent, reply.bytes))).status).toBe(200);
  });

  it('counts the ticket it cost when nobody comes back', async () => {
    await ada.upToReply('ada');
    await site.server.close();
    site.pass(2 * minute);
    await site.restart();
    expect(await failures()).toBe(1);
    await recover();
  });

  it('leaves an audit log whose every row follows from the one before', async () => {
    const report = await verifyAudit(site.server.storage.audit);
    expect(report.brokenAt).toBeUndefined();
    expect(report.rows).toBeGreaterThan(50);
  });
});
