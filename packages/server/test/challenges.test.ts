/** The liveness challenge as a device meets it: paid for before it is seen, one step at a time, each in its time. */
import { createDeviceKey, DeviceChallenge, makeEnrolment } from '@blindsight/protocol/client';
import {
  type CeremonyContext,
  decodeServerMessage,
  encodeCommit,
  encodeReady,
  type RenewalChallenge,
} from '@blindsight/protocol/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, face } from './support/browser.ts';
import { answerAll, type Line, openLine, prepareChallenge } from './support/challenge.ts';
import { type Provider, provider } from './support/provider.ts';

let site: Provider;
let ada: Browser;

const failures = async () => (await site.server.storage.signIns.faceFactor(ada.device!.accountId)).failures;
const ticketsLeft = async () =>
  (await site.server.storage.devices.list(ada.device!.accountId))[0]!.ticketsLeft;
const audited = async (ceremonyId: string) =>
  (await site.server.storage.audit.rows(1, 10_000))
    .map((row) => row.event)
    .filter((event) => event.ceremonyId === ceremonyId)
    .map(({ kind, reason }) => (reason === undefined ? kind : `${kind} ${reason}`));
const tick = (ms = 30) => new Promise((resolve) => setTimeout(resolve, ms));

/** A challenge over `line` answered to its end. */
async function passed(path: string, browser: Browser, context: CeremonyContext) {
  const line = await openLine(site, browser, path);
  const device = new DeviceChallenge(context, 'default');
  line.send(encodeReady('default'));
  expect((await answerAll(line, device)).closed).toBe('done');
  return device.context;
}

beforeAll(async () => {
  const plenty = { failuresToLock: 50, signInsPerDay: 90, signInsPerDayAndClient: 90 };
  site = await provider({ policy: { challenge: 'default', ...plenty } });
  ada = new Browser(site);
  await ada.createAccount();
  const { challenge, context } = await ada.startEnrolment();
  const { ceremonyId } = challenge;
  const signed = await passed(`/v1/enrolments/${ceremonyId}/challenge`, ada, context);
  const { late, finish } = await ada.finishEnrolment(challenge, signed, 'ada');
  expect((await finish()).status).toBe(201);
  for (let index = challenge.firstOrdinary; index < 48; index++) {
    const url = `/v1/enrolments/${ceremonyId}/sealed-tickets/ordinary/${index}`;
    await ada.must('PUT', url, await late(index));
  }
}, 60_000);
afterAll(() => site?.dispose());
/** `failed` is what counts; the store's own tests say how. */
const stateOf = async (ceremonyId: string) => (await site.server.storage.signIns.find(ceremonyId))?.state;

const begin = async () => (await ada.beginSignIn(await ada.openInteraction())).json;

/** A challenge up to its first step. */
async function begun() {
  const asked = await begin();
  const prepared = await prepareChallenge(ada, asked);
  const line = await openLine(site, ada, prepared.path);
  line.send(prepared.ready);
  const came = await line.next();
  if ('closed' in came) throw new Error(came.closed);
  return { ...prepared, asked, line, first: came.message };
}

describe('a challenge', () => {
  it('lets the enrolled face in when every step was answered, and the probe is signed over it', async () => {
    const asked = await begin();
    expect(asked).toMatchObject({ liveness: 'default', triesLeft: 50 - (await failures()) });
    const { path, ready, device, probe } = await prepareChallenge(ada, asked);
    const line = await openLine(site, ada, path);
    line.send(ready);
    const { steps, closed } = await answerAll(line, device);
    expect(closed).toBe('done');
    expect(steps.filter(({ kind }) => kind === 'light').length).toBeGreaterThanOrEqual(6);
    expect(steps.filter(({ kind }) => kind !== 'light')).toHaveLength(2);

    const sent = await probe(device.context, 'ada');
    const reply = await ada.probe(sent);
    expect(reply.status).toBe(200);
    expect((await ada.answer(sent, await ada.open(sent, reply.bytes))).status).toBe(200);
    expect(await audited(asked.ceremonyId)).toEqual([
      'sign-in-begun',
      expect.stringMatching(/^ticket-burned ordinary/),
      'challenge-passed',
      'sign-in-accepted',
    ]);
  });

  it('is survived by its ceremony: a server restarted between reply and answer still accepts', async () => {
    const { line, device, first, probe } = await begun();
    line.send(device.commit(new TextEncoder().encode(String(device.receive(first)!.k))));
    await answerAll(line, device);
    const sent = await probe(device.context, 'ada');
    const reply = await ada.probe(sent);
    await site.restart();
    expect((await ada.answer(sent, await ada.open(sent, reply.bytes))).status).toBe(200);
  });

  it('shows no step before its ticket is burned, and burns none for a wrong signature', async () => {
    const asked = await begin();
    const { path, ready } = await prepareChallenge(ada, asked);
    const line = await openLine(site, ada, path);
    const forged = ready.slice();
    forged[forged.length - 1]! ^= 1;
    const before = await ticketsLeft();
    line.send(forged);
    expect(await line.next()).toEqual({ closed: 'sign-in-refused' });
    expect(await ticketsLeft()).toBe(before);
    const again = await openLine(site, ada, path);
    again.send(ready);
    expect(decodeServerMessage(((await again.next()) as { message: Uint8Array }).message)).toMatchObject({
      type: 'step',
      k: 1,
    });
    expect(await ticketsLeft()).toBe(before - 1);
  });

  it('has movements only in the profile without light, and the whole installation may ask for that', async () => {
    const { path, ready, device } = await prepareChallenge(ada, await begin(), 'no-light');
    const line = await openLine(site, ada, path);
    line.send(ready);
    const { steps, closed } = await answerAll(line, device);
    expect(closed).toBe('done');
    expect(steps.length).toBeGreaterThanOrEqual(4);
    expect(steps.filter(({ kind }) => kind === 'light')).toEqual([]);
  });
});

describe('void, counted, and the same to the outside whatever was wrong', () => {
  type Begun = Awaited<ReturnType<typeof begun>>;
  const commit = ({ device, first }: Begun) => {
    device.receive(first);
    return device.commit(new Uint8Array());
  };
  it.each<[string, string, (one: Begun) => void | Promise<void>]>([
    [
      'a step answered late',
      'late/1',
      (one) => {
        site.pass(8_000);
        one.line.send(commit(one));
      },
    ],
    ['the answer to another step', 'out-of-order/1', ({ line }) => line.send(commitTo(2))],
    [
      'an answer sent before its step was shown',
      'out-of-order/2',
      (one) => {
        one.line.send(commit(one));
        one.line.send(commitTo(2));
      },
    ],
    [
      'an answer given twice',
      'out-of-order/2',
      (one) => {
        const first = commit(one);
        one.line.send(first);
        one.line.send(first);
      },
    ],
    ['what is not an answer', 'malformed/1', ({ line }) => line.send(new Uint8Array([1, 4, 1]))],
    ['a text', 'malformed/1', ({ line }) => line.send('{}')],
    ['a line that breaks', 'disconnected/1', ({ line }) => line.drop()],
    ['a message too long', 'disconnected/1', ({ line }) => line.send(new Uint8Array(200))],
    ['a second beginning', 'malformed/1', ({ line, ready }) => line.send(ready)],
  ])('%s: %s in the audit log', async (_what, fault, misbehave) => {
    const one = await begun();
    await misbehave(one);
    let came = await one.line.next();
    while ('message' in came) came = await one.line.next();
    await tick();
    if (!fault.startsWith('disconnected')) expect(came).toEqual({ closed: 'challenge-refused' });
    expect(await audited(one.asked.ceremonyId)).toEqual([
      'sign-in-begun',
      expect.stringMatching(/^ticket-burned/),
      `challenge-failed ${fault}`,
      'sign-in-failed',
    ]);
    expect(await stateOf(one.asked.ceremonyId)).toBe('failed');
    // and nothing of it can be used any more
    const late = await one.probe({ ...one.context, challengeHash: new Uint8Array(32) }, 'ada');
    expect(await ada.probe(late)).toMatchObject({ status: 409, json: { code: 'ceremony-closed' } });
  });

  it.each<[string, (chained: CeremonyContext, other: CeremonyContext) => CeremonyContext]>([
    ['another commitment than the one sent', (_chained, other) => other],
    ['no challenge at all', ({ challengeHash: _hash, ...context }) => context],
    ['zeros', (chained) => ({ ...chained, challengeHash: new Uint8Array(32) })],
  ])('a probe signed over %s', async (_what, sign) => {
    const one = await begun();
    // the same messages with other evidence: what a device that changes its mind afterwards would sign
    const other = new DeviceChallenge(one.context, 'default');
    let message = one.first;
    for (;;) {
      const [step] = [one.device.receive(message), other.receive(message)];
      if (!step) break;
      other.commit(new Uint8Array([2]));
      one.line.send(one.device.commit(new Uint8Array([1])));
      message = ((await one.line.next()) as { message: Uint8Array }).message;
    }
    const sent = await one.probe(sign(one.device.context, other.context), 'ada');
    expect(await ada.probe(sent)).toMatchObject({ status: 401, json: { code: 'sign-in-refused' } });
    expect(await stateOf(one.asked.ceremonyId)).toBe('failed');
    const right = await one.probe(one.device.context, 'ada').catch(() => undefined);
    expect(right).toBeUndefined();
  });

  it('a challenge passed earlier, for the nonce of another ceremony', async () => {
    const before = await begun();
    before.line.send(before.device.commit(new Uint8Array([before.device.receive(before.first)!.k])));
    await answerAll(before.line, before.device);
    const { challengeHash } = before.device.context;
    const one = await begun();
    one.line.send(one.device.commit(new Uint8Array([one.device.receive(one.first)!.k])));
    await answerAll(one.line, one.device);
    const sent = await one.probe({ ...one.context, challengeHash: challengeHash! }, 'ada');
    expect(await ada.probe(sent)).toMatchObject({ status: 401, json: { code: 'sign-in-refused' } });
  });

  it('a server that stops in the middle: the ticket stays burned, and time counts the failure', async () => {
    const one = await begun();
    const left = await ticketsLeft();
    await site.restart();
    await tick();
    site.pass(121_000);
    await site.server.sweep();
    expect(await ticketsLeft()).toBe(left);
    expect(await stateOf(one.asked.ceremonyId)).toBe('failed');
  });
});

describe('who may', () => {
  const closedWith = async (line: Line) => {
    const came = await line.next();
    return 'closed' in came ? came.closed : 'a message';
  };

  it('not another origin, and not a page without one', async () => {
    const { path } = await prepareChallenge(ada, await begin());
    await expect(openLine(site, ada, path, { origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(openLine(site, ada, path, { origin: '' })).rejects.toThrow('403');
  });

  it('not another browser, nor another kind of ceremony', async () => {
    const { path } = await prepareChallenge(ada, await begin());
    expect(await closedWith(await openLine(site, new Browser(site), path))).toBe('ceremony-not-found');
    const elsewhere = path.replace('sign-ins', 'renewals');
    expect(await closedWith(await openLine(site, ada, elsewhere))).toBe('ceremony-not-found');
    expect(await closedWith(await openLine(site, ada, path.replace('sign-ins', 'enrolments')))).toBe(
      'ceremony-not-found',
    );
  });

  it('one line at a time, and one challenge in a ceremony', async () => {
    const one = await begun();
    expect(await closedWith(await openLine(site, ada, one.path))).toBe('ceremony-closed');
    one.line.send(one.device.commit(new Uint8Array([one.device.receive(one.first)!.k])));
    expect((await answerAll(one.line, one.device)).closed).toBe('done');
    const again = await openLine(site, ada, one.path);
    again.send(one.ready);
    expect(await closedWith(again)).toBe('ceremony-closed');
  });
});

describe('an enrolment and a renewal', () => {
  it('an enrolment is not stated before its challenge, and is signed over it', async () => {
    const eve = new Browser(site);
    await eve.createAccount();
    const { challenge, context } = await eve.startEnrolment();
    const deviceKey = await createDeviceKey();
    const statement = async (signed: CeremonyContext) =>
      (await makeEnrolment({ context: signed, deviceKey, embeddings: [face('eve')] })).statement;
    const base = `/v1/enrolments/${challenge.ceremonyId}`;
    const put = async (signed: CeremonyContext) => {
      const { status, json } = await eve.send('PUT', `${base}/statement`, await statement(signed));
      return [status, json['code']];
    };
    expect(await put(context)).toEqual([401, 'challenge-refused']);
    const signed = await passed(`${base}/challenge`, eve, context);
    expect(await put(context)).toEqual([401, 'sign-in-refused']);
    expect(await put(signed)).toEqual([204, undefined]);
  });

  it('an enrolment whose challenge fails is gone', async () => {
    const eve = new Browser(site);
    await eve.createAccount();
    const { challenge } = await eve.startEnrolment();
    const path = `/v1/enrolments/${challenge.ceremonyId}/challenge`;
    const line = await openLine(site, eve, path);
    line.send(encodeReady('default'));
    await line.next();
    line.send(commitTo(3));
    expect(await line.next()).toEqual({ closed: 'challenge-refused' });
    await tick();
    expect(await audited(challenge.ceremonyId)).toEqual([
      'enrolment-begun',
      'challenge-failed out-of-order/1',
      'enrolment-abandoned challenge',
    ]);
    expect(await (await openLine(site, eve, path)).next()).toEqual({ closed: 'ceremony-not-found' });
  });

  it('a renewal burns its root ticket at the beginning, and its statement is signed over the challenge', async () => {
    await ada.reauthenticate();
    const { deviceId } = ada.device!;
    const asked = await ada.must<RenewalChallenge>('POST', '/v1/renewals', { deviceId });
    const { path, ready, device, probe } = await prepareChallenge(ada, asked);
    const line = await openLine(site, ada, path);
    line.send(ready);
    expect((await answerAll(line, device)).closed).toBe('done');
    const sent = await probe(device.context, 'ada');
    const reply = await ada.probe(sent);
    const answer = await ada.open(sent, reply.bytes);
    expect((await ada.answer(sent, answer)).status).toBe(204);
    const made = await ada.makeRenewal(
      { challenge: asked, sent, answer, reply } as Parameters<Browser['makeRenewal']>[0],
      face('ada'),
    );
    await made.first();
    expect((await made.finish()).status).toBe(201);
  });
});

const commitTo = (k: number) => encodeCommit({ k, commitment: new Uint8Array(32) });
