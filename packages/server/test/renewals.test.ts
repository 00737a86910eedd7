/** Renewal over HTTP: who may, what it replaces, what is refused and what stays. */
import { signTranscript } from '@blindsight/protocol/client';
import { encodeProbeMessage, newId, probeTranscript } from '@blindsight/protocol/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agree, Browser, face, type Reply } from './support/browser.ts';
import { type Provider, provider } from './support/provider.ts';

let site: Provider;
let ada: Browser;

const view = async (browser = ada) =>
  (await site.server.storage.devices.list(browser.device!.accountId)).find(
    (one) => one.id === browser.device!.deviceId,
  )!;
const failures = async () => (await site.server.storage.signIns.faceFactor(ada.device!.accountId)).failures;
const codes = async (sent: Promise<Reply<object>> | Reply<object>) => {
  const { status, json } = await sent;
  return [status, (json as { code?: string }).code];
};

beforeAll(async () => {
  site = await provider({ policy: { maxRenewals: 3 } });
}, 60_000);
afterAll(() => site?.dispose());
beforeEach(async () => {
  ada = new Browser(site);
  await ada.createAccount();
  await ada.enrol('ada');
});

describe('a renewal', () => {
  it('brings 96 new tickets for one root ticket, and the face signs in with them', async () => {
    await ada.signIn('ada');
    const before = await site.server.storage.devices.generation(ada.device!.deviceId, 'ordinary');
    const root = await site.server.storage.devices.generation(ada.device!.deviceId, 'root');
    expect((await ada.renew('ada', { late: true })).status).toBe(201);
    expect(await view()).toMatchObject({
      ticketsLeft: 96,
      ticketsWaiting: 0,
      rootTicketsLeft: 23,
      renewals: 1,
    });
    expect(await site.server.storage.devices.generation(ada.device!.deviceId, 'root')).toEqual({
      ...root,
      lastBurned: 0,
    });
    const after = await site.server.storage.devices.generation(ada.device!.deviceId, 'ordinary');
    expect(after!.id).not.toBe(before!.id);
    const { json: challenge } = await ada.beginSignIn(await ada.openInteraction());
    expect(challenge).toMatchObject({ generationId: after!.id, ticketsLeft: 96, renewal: 'not-due' });
    expect((await ada.signIn('ada')).status).toBe(200);
    const kinds = (await site.server.storage.audit.rows(1, 10_000)).map((row) => row.event.kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['renewal-begun', 'renewal-stated', 'renewal-finished', 'renewal-completed']),
    );
  });

  it('is not for another face: it counts, costs a root ticket, and the old tickets still work', async () => {
    expect(await codes(await ada.renew('eve'))).toEqual([401, 'sign-in-refused']);
    expect(await failures()).toBe(1);
    expect(await view()).toMatchObject({ ticketsLeft: 8, rootTicketsLeft: 23, renewals: 0 });
    expect((await ada.signIn('ada')).status).toBe(200);
  });

  it('leaves the old tickets usable until it is finished, over a restart, and the new ones only after', async () => {
    const matched = await ada.upToRootReply('ada');
    await site.restart();
    expect((await ada.answer(matched.sent, matched.answer)).status).toBe(204);
    const made = await ada.makeRenewal(matched, face('ada'));
    await made.first();
    await site.restart();
    expect(await view()).toMatchObject({ ticketsLeft: 8, ticketsWaiting: 88 });
    expect((await ada.signIn('ada')).status).toBe(200);
    const { json: open } = await ada.beginSignIn(await ada.openInteraction());
    const stale = await ada.prepare(open, 'ada');
    expect((await made.finish()).status).toBe(201);
    expect(await codes(ada.probe(stale))).toEqual([409, 'ceremony-closed']);
    expect(await view()).toMatchObject({ ticketsLeft: 8, ticketsWaiting: 88 });
    expect((await made.finish()).status).toBe(201);
    expect((await view()).renewals).toBe(1);
    expect((await ada.signIn('ada')).status).toBe(200);
  });

  it('ends what the enrolment still had to send', async () => {
    const other = new Browser(site);
    await other.createAccount();
    const { base, late } = await other.enrol('ada');
    const sealed = await late(8);
    expect((await other.renew('ada')).status).toBe(201);
    await other.must('PUT', `${base}/sealed-tickets/ordinary/8`, sealed);
    expect(await view(other)).toMatchObject({ ticketsLeft: 8, ticketsWaiting: 88 });
    expect(
      (await site.server.storage.enrolments.find(base.split('/').at(-1)!))?.hpkePrivateKey,
    ).toBeUndefined();
  });

  it('that is not finished is swept, and nothing of it stays', async () => {
    const matched = await ada.upToRootReply('ada');
    await ada.answer(matched.sent, matched.answer);
    const made = await ada.makeRenewal(matched, face('ada'));
    await made.first();
    site.pass(site.config.policy.enrolmentMs);
    expect(await codes(made.finish())).toEqual([410, 'ceremony-expired']);
    await site.server.sweep();
    expect(await codes(made.finish())).toEqual([404, 'ceremony-not-found']);
    expect(await view()).toMatchObject({ ticketsLeft: 8, ticketsWaiting: 88, renewals: 0 });
    expect((await ada.signIn('ada')).status).toBe(200);
  });

  it('finishes once of ten that race, and one of two that were begun', async () => {
    const first = await ada.upToRootReply('ada');
    await ada.answer(first.sent, first.answer);
    const dropped = await ada.makeRenewal(first, face('ada'));
    const matched = await ada.upToRootReply('ada');
    await ada.answer(matched.sent, matched.answer);
    const made = await ada.makeRenewal(matched, face('ada'));
    await made.first();
    expect(await codes(ada.send('PUT', `${dropped.base}/statement`, dropped.statement))).toEqual([
      404,
      'ceremony-not-found',
    ]);
    const finished = await Promise.all(Array.from({ length: 10 }, () => made.finish()));
    expect(finished.every(({ status }) => status === 201)).toBe(true);
    expect(await view()).toMatchObject({ renewals: 1, rootTicketsLeft: 22 });
  });
});

describe('what is refused', () => {
  it('without a session, or without a fresh passkey', async () => {
    site.pass(site.config.policy.reauthenticationMs);
    expect(await codes(ada.beginRenewal())).toEqual([403, 'reauthentication-required']);
    const stranger = new Browser(site);
    stranger.device = ada.device;
    expect(await codes(stranger.beginRenewal())).toEqual([401, 'session-required']);
    await stranger.createAccount('Eve');
    expect(await codes(stranger.beginRenewal())).toEqual([410, 'device-revoked']);
  });

  it('another account, or another browser, in the middle', async () => {
    const { sent, answer, challenge } = await ada.upToRootReply('ada');
    const stranger = new Browser(site);
    await stranger.createAccount('Eve');
    const mark = ada.cookies.get('blindsight_ceremony')!;
    for (const cookie of ['x'.repeat(43), mark]) {
      stranger.cookies.set('blindsight_ceremony', cookie);
      expect(await codes(stranger.answer(sent, answer))).toEqual([404, 'ceremony-not-found']);
      expect(await codes(stranger.send('DELETE', `/v1/renewals/${challenge.ceremonyId}`))).toEqual([
        404,
        'ceremony-not-found',
      ]);
    }
    expect((await ada.answer(sent, answer)).status).toBe(204);
  });

  it('a renewal as a sign-in, and a sign-in as a renewal: nobody is signed in by a root ticket', async () => {
    const { challenge, answer } = await ada.upToRootReply('ada');
    const url = `/v1/sign-ins/${challenge.ceremonyId}`;
    const { token, signature } = answer;
    expect(await codes(ada.send('POST', `${url}/answer`, { token, signature }))).toEqual([
      404,
      'ceremony-not-found',
    ]);
    expect(await codes(ada.send('DELETE', url))).toEqual([404, 'ceremony-not-found']);
    const begun = await ada.beginSignIn(await ada.openInteraction());
    const ordinary = await ada.prepare(begun.json, 'ada');
    expect(
      await codes(ada.send('POST', `/v1/renewals/${begun.json.ceremonyId}/probe`, ordinary.message)),
    ).toEqual([404, 'ceremony-not-found']);
  });

  it('a probe signed for a sign-in, or for the ordinary generation; both burn nothing', async () => {
    await ada.reauthenticate();
    const { json: challenge } = await ada.beginRenewal();
    const { privateKey } = ada.device!.deviceKey;
    const probe = new Uint8Array(64);
    const { generationId } = challenge;
    const place = { generationId, ticketClass: 'root', ticketIndex: 0, probe } as const;
    const send = async (transcript: ReturnType<typeof probeTranscript>) => {
      const signature = await signTranscript(privateKey, transcript);
      const message = encodeProbeMessage({ ticketIndex: 0, probe, signature });
      return codes(ada.send('POST', `/v1/renewals/${challenge.ceremonyId}/probe`, message));
    };
    const refused = [401, 'sign-in-refused'];
    const context = agree(challenge, 'renewal');
    expect(await send(probeTranscript(agree(challenge, 'sign-in'), place))).toEqual(refused);
    expect(await send(probeTranscript(context, { ...place, ticketClass: 'ordinary' }))).toEqual(refused);
    expect(await send(probeTranscript(context, { ...place, generationId: newId() }))).toEqual(refused);
    expect((await view()).rootTicketsLeft).toBe(24);
  });

  it('a root index that was used', async () => {
    const saved = ada.device!.states.root;
    await ada.renew('eve');
    ada.device!.states.root = saved;
    await ada.reauthenticate();
    const { json: challenge } = await ada.beginRenewal();
    const sent = await ada.prepare(challenge, 'ada', 0);
    expect(await codes(ada.probe(sent))).toEqual([409, 'ticket-burned']);
  });

  it('a statement before the match, after a miss, of another ceremony, or with the root class', async () => {
    const matched = await ada.upToRootReply('ada');
    const made = await ada.makeRenewal(matched, face('ada'));
    const put = (statement = made.statement, base = made.base) =>
      codes(ada.send('PUT', `${base}/statement`, statement));
    expect(await put()).toEqual([401, 'sign-in-refused']);
    await ada.answer(matched.sent, matched.answer);
    const again = await ada.upToRootReply('ada');
    await ada.answer(again.sent, again.answer);
    const base = `/v1/enrolments/${again.challenge.ceremonyId}`;
    expect(await put(made.statement, base)).toEqual([401, 'sign-in-refused']);
    const right = await ada.makeRenewal(again, face('ada'));
    expect(await put(right.statement.slice(1), base)).toEqual([400, 'malformed-message']);
    expect(await put(right.statement, base)).toEqual([204, undefined]);
    const ticket = right.material.tickets[0];
    expect(await codes(ada.send('PUT', `${base}/tickets/root/0`, ticket))).toEqual([404, 'not-found']);
    expect(await codes(ada.send('POST', `${base}/finish`, {}))).toEqual([409, 'enrolment-incomplete']);
    const missed = await ada.upToRootReply('eve');
    expect((await ada.answer(missed.sent, missed.answer)).status).toBe(401);
    const lying = await ada.makeRenewal(missed, face('eve'));
    expect(await put(lying.statement, lying.base)).toEqual([404, 'ceremony-not-found']);
  });

  it('when the face is locked, and a lock comes of renewals as of sign-ins', async () => {
    for (let i = 0; i < 5; i++) await ada.renew('eve');
    await ada.reauthenticate();
    expect(await codes(ada.beginRenewal())).toEqual([423, 'face-locked']);
    expect(await codes(await ada.beginSignIn(await ada.openInteraction()))).toEqual([423, 'face-locked']);
    expect(await view()).toMatchObject({ rootTicketsLeft: 19, ticketsLeft: 8 });
  });

  it('when it is cancelled after the probe, as a failure', async () => {
    const { challenge, sent, answer } = await ada.upToRootReply('ada');
    expect((await ada.send('DELETE', `/v1/renewals/${challenge.ceremonyId}`)).status).toBe(204);
    expect(await failures()).toBe(1);
    expect(await codes(ada.answer(sent, answer))).toEqual([409, 'ceremony-closed']);
  });

  it('after the last renewal of an enrolment', async () => {
    for (let i = 0; i < 3; i++) expect((await ada.renew('ada')).status).toBe(201);
    await ada.reauthenticate();
    expect(await codes(ada.beginRenewal())).toEqual([409, 'enrolment-too-old']);
    expect(await ada.must('GET', '/v1/account')).toMatchObject({ devices: [{ renewal: 'too-old' }] });
    expect((await ada.signIn('ada')).status).toBe(200);
  });
});
