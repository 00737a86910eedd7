/** Another device over HTTP: who may, what each side is told, and what a liar gets. */
import { createDeviceKey, DeviceChallenge } from '@blindsight/protocol/client';
import { type CeremonyContext, encodeReady, newId } from '@blindsight/protocol/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { agree, Browser, face, type Reply } from './support/browser.ts';
import { answerAll, openLine } from './support/challenge.ts';
import { confirmationOf, Meeting } from './support/meeting.ts';
import { type Provider, provider } from './support/provider.ts';

let site: Provider;
let ada: Browser;
let phone: Browser;
let meeting: Meeting;
let codes: string[];
const day = 24 * 3600 * 1000;
const said = async (sent: Promise<Reply<object>> | Reply<object>) => {
  const { status, json } = await sent;
  return [status, (json as { code?: string }).code];
};
const failures = async () => (await site.server.storage.signIns.faceFactor(ada.device!.accountId)).failures;
const rootTickets = async () =>
  (await site.server.storage.devices.list(ada.device!.accountId))[0]!.rootTicketsLeft;

beforeAll(async () => {
  site = await provider({ storage: 'memory' });
}, 60_000);
afterAll(() => site?.dispose());
beforeEach(async () => {
  ada = new Browser(site);
  await ada.createAccount();
  codes = await ada.makeCodes();
  await ada.enrol('ada');
  phone = new Browser(site);
  meeting = new Meeting(ada, phone);
});

describe('another device', () => {
  it('is let in by passkey, second factor, code and a face that matches, and signs in from then on', async () => {
    await meeting.add(codes[0]!, 'ada');
    expect((await phone.signIn('ada')).status).toBe(200);
    expect((await phone.signIn('eve')).json.code).toBe('sign-in-refused');
    expect((await ada.signIn('ada')).status).toBe(200);
    expect((await meeting.status()).json).toMatchObject({ state: 'finished', label: 'Phone' });
    expect((await meeting.guestStatus()).json).toMatchObject({ state: 'finished' });
    expect(await rootTickets()).toBe(23);
    const kinds = (await site.server.storage.audit.rows(1, 10_000)).map((row) => row.event.kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['pairing-begun', 'pairing-authorised', 'addition-begun', 'addition-finished']),
    );
  });

  it('is shown its progress, and digits that only both devices can make', async () => {
    await meeting.begin(codes[0]!);
    expect((await meeting.status()).json).toMatchObject({ state: 'open' });
    expect((await meeting.join()).status).toBe(200);
    expect((await meeting.status()).json).toMatchObject({ state: 'joined', label: 'Phone' });
    expect((await meeting.sendOffer(await meeting.makeOffer('ada'))).status).toBe(204);
    const { code, confirmation } = await meeting.openOffer();
    expect((await meeting.guestStatus()).json).toEqual({ state: 'offered', expiresAt: expect.any(Number) });
    expect((await meeting.confirm(confirmation)).status).toBe(204);
    expect(meeting.offer.code(confirmationOf((await meeting.guestStatus()).json))).toBe(code);
  });

  it('inherits the end date of the device that let it in', async () => {
    site.pass(200 * day);
    await ada.must('POST', '/v1/sessions', await ada.answerPasskey('/v1/sessions/options'));
    await meeting.add(codes[0]!, 'ada');
    site.pass(164 * day);
    const view = async (id: string) => {
      await ada.must('POST', '/v1/sessions', await ada.answerPasskey('/v1/sessions/options'));
      const { devices } = await ada.must<{ devices: { id: string; renewal: string }[] }>(
        'GET',
        '/v1/account',
      );
      return devices.find((one) => one.id === id)!.renewal;
    };
    expect(await view(phone.device!.deviceId)).not.toBe('too-old');
    site.pass(2 * day);
    expect(await view(phone.device!.deviceId)).toBe('too-old');
  });
});

describe('a pairing is not begun', () => {
  const begin = (deviceId = ada.device!.deviceId) => ada.send('POST', '/v1/pairings', { deviceId });

  it('by the passkey alone', async () => {
    expect(await said(begin())).toEqual([403, 'second-factor-required']);
  });
  it('by a face that matched beside it, nor by anything shown too long ago', async () => {
    await ada.renew('ada');
    expect(await said(begin())).toEqual([403, 'second-factor-required']);
    await ada.showCode(codes[0]!);
    site.pass(site.config.policy.reauthenticationMs + 1);
    expect(await said(begin())).toEqual([403, 'reauthentication-required']);
  });
  it('for another account’s device, or one that is none', async () => {
    await ada.showCode(codes[0]!);
    expect(await said(begin(newId()))).toEqual([410, 'device-revoked']);
  });
  it('without a session', async () => {
    expect(await said(phone.send('POST', '/v1/pairings', { deviceId: newId() }))).toEqual([
      401,
      'session-required',
    ]);
  });
});

describe('the new device', () => {
  it('of the first browser that comes: a second one is too late, and sees nothing', async () => {
    await meeting.begin(codes[0]!);
    await meeting.join();
    const late = new Browser(site);
    expect(await said(meeting.join(late))).toEqual([409, 'ceremony-closed']);
    expect(await said(late.send('GET', `${meeting.path}/guest`))).toEqual([404, 'ceremony-not-found']);
    const other = await meeting.makeOffer('ada');
    expect(await said(late.send('PUT', `${meeting.path}/guest/offer`, other))).toEqual([
      404,
      'ceremony-not-found',
    ]);
  });

  it('needs no session and gets none', async () => {
    await meeting.add(codes[0]!, 'ada');
    expect(await said(phone.send('GET', '/v1/account'))).toEqual([401, 'session-required']);
  });

  it('may not do what the enrolled one may', async () => {
    await meeting.meet(codes[0]!, 'ada');
    for (const sent of [
      phone.send('GET', meeting.path),
      phone.send('GET', `${meeting.path}/offer`),
      phone.send('POST', `${meeting.path}/confirmation`, new Uint8Array(32)),
    ])
      expect(await said(sent)).toEqual([401, 'session-required']);
  });

  it.each([
    ['too short', (m: Uint8Array) => m.slice(1), 400],
    ['too long', (m: Uint8Array) => Uint8Array.from([...m, 0]), 400],
    ['far too long', () => new Uint8Array(8 * 1024), 413],
  ])('sends no offer that is %s', async (_what, change, status) => {
    await meeting.begin(codes[0]!);
    await meeting.join();
    expect((await meeting.sendOffer(change(await meeting.makeOffer('ada')))).status).toBe(status);
  });

  it('enrols with the key that was authorised and no other', async () => {
    await meeting.meet(codes[0]!, 'ada');
    await meeting.compare();
    await meeting.authorise();
    const liar = await meeting.enrolGuest('ada', await createDeviceKey());
    expect(await said(liar.statement())).toEqual([401, 'sign-in-refused']);
    const honest = await meeting.enrolGuest('ada');
    expect((await honest.statement()).status).toBe(204);
    const stranger = new Browser(site);
    expect(await said(stranger.send('POST', `${honest.base}/finish`, {}))).toEqual([
      404,
      'ceremony-not-found',
    ]);
    expect(await said(ada.send('POST', `${honest.base}/finish`, {}))).toEqual([404, 'ceremony-not-found']);
  });

  it('gets nothing before it is authorised', async () => {
    await meeting.meet(codes[0]!, 'ada');
    expect((await meeting.guestStatus()).json.challenge).toBeUndefined();
    expect(
      await said(
        phone.send('PUT', `/v1/enrolments/${meeting.challenge.ceremonyId}/statement`, new Uint8Array(4072)),
      ),
    ).toEqual([401, 'session-required']);
    await meeting.compare();
    expect((await meeting.guestStatus()).json.challenge).toBeUndefined();
  });
});

describe('the comparison', () => {
  it('of another face ends the pairing and counts, and costs a root ticket', async () => {
    await meeting.meet(codes[0]!, 'eve');
    expect(await said(meeting.compare() as Promise<Reply>)).toEqual([401, 'sign-in-refused']);
    expect([await failures(), await rootTickets()]).toEqual([1, 23]);
    expect((await meeting.guestStatus()).json).toMatchObject({ state: 'closed' });
    expect(await said(meeting.authorise())).toEqual([409, 'ceremony-closed']);
  });

  it('is not made before the devices have met', async () => {
    await meeting.begin(codes[0]!);
    const { reply } = await meeting.probe(face('ada'));
    expect(await said(reply)).toEqual([409, 'ceremony-closed']);
    expect(await rootTickets()).toBe(24);
  });

  it('is made in another browser of the account by nobody', async () => {
    await meeting.meet(codes[0]!, 'ada');
    const other = new Browser(site, ada.passkey);
    await other.must('POST', '/v1/sessions', await other.answerPasskey('/v1/sessions/options'));
    expect(await said(other.send('POST', `${meeting.path}/probe`, new Uint8Array(133)))).toEqual([
      404,
      'ceremony-not-found',
    ]);
  });

  it('is not made in its time: nothing is left, and nothing counts', async () => {
    await meeting.meet(codes[0]!, 'ada');
    site.pass(site.config.policy.pairingMs);
    expect((await meeting.guestStatus()).json).toMatchObject({ state: 'closed' });
    expect(await said((await meeting.probe()).reply)).toEqual([410, 'ceremony-expired']);
    await site.server.sweep();
    expect([await failures(), await rootTickets()]).toEqual([0, 24]);
  });

  it('that is left open counts as a failure', async () => {
    await meeting.meet(codes[0]!, 'ada');
    await meeting.probe();
    await ada.send('DELETE', meeting.path);
    expect(await failures()).toBe(1);
    expect((await meeting.guestStatus()).json).toMatchObject({ state: 'closed' });
  });
});

describe('the authorisation', () => {
  it('comes after the match, once, for the offer that was relayed and for no other key', async () => {
    await meeting.meet(codes[0]!, 'ada');
    meeting.match = { generationId: newId(), ticketIndex: 0, tokenHash: new Uint8Array(32) };
    expect(await said(meeting.authorise())).toEqual([401, 'sign-in-refused']);
    await meeting.compare();
    meeting.received = { ...meeting.received, offerHash: new Uint8Array(32) };
    expect(await said(meeting.authorise())).toEqual([401, 'sign-in-refused']);
  });

  it('opens one enrolment, however many race', async () => {
    await meeting.meet(codes[0]!, 'ada');
    await meeting.compare();
    const replies = await Promise.all(Array.from({ length: 5 }, () => meeting.authorise()));
    expect(replies.map((reply) => reply.status).sort()).toEqual([204, 409, 409, 409, 409]);
  });

  it('is taken back until the new device is finished', async () => {
    await meeting.meet(codes[0]!, 'ada');
    await meeting.compare();
    await meeting.authorise();
    const made = await meeting.enrolGuest('ada');
    await made.statement();
    await made.rest();
    await ada.must('DELETE', meeting.path);
    expect(await said(made.finish())).toEqual([401, 'session-required']);
    expect((await meeting.guestStatus()).json).toMatchObject({ state: 'closed' });
  });

  it('falls with the device that gave it', async () => {
    await meeting.meet(codes[0]!, 'ada');
    await meeting.compare();
    await meeting.authorise();
    const made = await meeting.enrolGuest('ada');
    await made.statement();
    await made.rest();
    await ada.must('DELETE', `/v1/account/devices/${ada.device!.deviceId}`);
    expect(await said(made.finish())).toEqual([410, 'ceremony-expired']);
  });
});

describe('a lying new device', () => {
  it('that sends one face and enrols another signs that one in until somebody takes it away', async () => {
    await meeting.meet(codes[0]!, 'ada');
    await meeting.compare();
    await meeting.authorise();
    const made = await meeting.enrolGuest('eve');
    await made.statement();
    await made.rest();
    expect((await made.finish()).status).toBe(201);
    expect((await phone.signIn('eve')).status).toBe(200);
    // its root tickets are of that face too: no renewal questions it
    expect(await said(phone.signIn('ada'))).toEqual([401, 'sign-in-refused']);

    await ada.must('DELETE', `/v1/account/devices/${phone.device!.deviceId}`);
    expect(await said(phone.beginSignIn(await phone.openInteraction()))).toEqual([410, 'device-revoked']);
    expect((await ada.signIn('ada')).status).toBe(200);
  });
});

describe('where there is a challenge', () => {
  let strict: Provider;
  beforeEach(async () => {
    strict = await provider({ storage: 'memory', policy: { challenge: 'default' } });
    const old = new Browser(strict);
    await old.createAccount();
    codes = await old.makeCodes();
    const { challenge, context } = await old.startEnrolment();
    const signed = await pass(old, `/v1/enrolments/${challenge.ceremonyId}`, context);
    await (await old.finishEnrolment(challenge, signed, 'ada')).finish();
    meeting = new Meeting(old, new Browser(strict));
    await meeting.begin(codes[0]!);
  }, 60_000);
  afterEach(() => strict.dispose());

  const pass = async (browser: Browser, path: string, context: CeremonyContext) => {
    const line = await openLine(strict, browser, `${path}/challenge`);
    const device = new DeviceChallenge(context, 'default');
    line.send(encodeReady('default'));
    expect((await answerAll(line, device)).closed).toBe('done');
    return device.context;
  };

  it('the new device answers one before it offers anything, and its enrolment is signed over it', async () => {
    const joined = (await meeting.join()).json;
    const offer = await meeting.makeOffer('ada');
    expect(await said(meeting.sendOffer(offer))).toEqual([401, 'challenge-refused']);
    const { challengeHash } = await pass(meeting.guest, `${meeting.path}/guest`, agree(joined, 'add-device'));
    expect((await meeting.sendOffer(offer)).status).toBe(204);
    await meeting.openOffer();
    await meeting.confirm();
    await meeting.compare();
    await meeting.authorise();
    expect(await said((await meeting.enrolGuest('ada')).statement())).toEqual([401, 'sign-in-refused']);
    const over = challengeHash ? { challengeHash } : {};
    const made = await meeting.enrolGuest('ada', meeting.guestKey, over);
    expect((await made.statement()).status).toBe(204);
    await made.rest();
    expect((await made.finish()).status).toBe(201);
  });

  it('one that fails ends the pairing, and there is no second', async () => {
    await meeting.join();
    const line = await openLine(strict, meeting.guest, `${meeting.path}/guest/challenge`);
    line.send(encodeReady('default'));
    await line.next();
    line.drop();
    await vi.waitFor(async () => expect((await meeting.guestStatus()).json.state).toBe('closed'));
    const again = await openLine(strict, meeting.guest, `${meeting.path}/guest/challenge`);
    again.send(encodeReady('default'));
    expect(await again.next()).toEqual({ closed: 'ceremony-closed' });
  });

  it('is nobody else’s', async () => {
    await meeting.join();
    const line = await openLine(strict, new Browser(strict), `${meeting.path}/guest/challenge`);
    expect(await line.next()).toEqual({ closed: 'ceremony-not-found' });
  });
});

describe('for seven days a new device', () => {
  beforeEach(() => meeting.add(codes[0]!, 'ada'));
  /** The owner's passkey in the browser of the new device. */
  const signInPhone = async () => {
    const other = new Browser(site, ada.passkey);
    await other.must('POST', '/v1/sessions', await other.answerPasskey('/v1/sessions/options'));
    other.device = phone.device;
    return other;
  };

  it('adds none', async () => {
    const other = await signInPhone();
    await other.showCode(codes[1]!);
    const begin = () => other.send('POST', '/v1/pairings', { deviceId: phone.device!.deviceId });
    expect(await said(begin())).toEqual([409, 'device-too-new']);
    site.pass(7 * day);
    await other.must('POST', '/v1/sessions', await other.answerPasskey('/v1/sessions/options'));
    await other.showCode(codes[2]!);
    expect((await begin()).status).toBe(201);
  });

  it('removes none but itself by the passkey alone', async () => {
    const other = await signInPhone();
    const remove = (deviceId: string) => other.send('DELETE', `/v1/account/devices/${deviceId}`);
    expect(await said(remove(ada.device!.deviceId))).toEqual([403, 'second-factor-required']);
    expect((await remove(phone.device!.deviceId)).status).toBe(200);
    expect((await remove(ada.device!.deviceId)).status).toBe(200);
  });

  it('is pointed out on the account page, and to every other device at its next sign-in, once', async () => {
    expect(await ada.must('GET', '/v1/account')).toMatchObject({
      devices: [{ label: 'Laptop' }, { label: 'Phone', newUntil: expect.any(Number) }],
    });
    const tablet = new Browser(site);
    await ada.reauthenticate();
    await new Meeting(ada, tablet).add(codes[1]!, 'ada');
    const told = async (browser: Browser) =>
      (await browser.beginSignIn(await browser.openInteraction())).json.newDevices;
    expect(await told(ada)).toEqual([]);
    expect(await told(tablet)).toEqual([]);
    expect(await told(phone)).toEqual([{ label: 'Phone', addedAt: expect.any(Number) }]);
    await phone.signIn('ada');
    expect(await told(phone)).toEqual([]);
  });
});
