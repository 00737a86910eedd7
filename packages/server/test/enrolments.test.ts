/** Enrolment over HTTP: what is accepted, what is refused, what stays behind. */

import { createDeviceKey, makeEnrolment } from '@blindsight/protocol/client';
import { newId } from '@blindsight/protocol/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, face, type Reply } from './support/browser.ts';
import { type Provider, provider } from './support/provider.ts';

let site: Provider;
let ada: Browser;
const codes = async (sent: Promise<Reply>) => {
  const { status, json } = await sent;
  return [status, json['code']];
};

beforeAll(async () => {
  site = await provider();
}, 60_000);
afterAll(() => site?.dispose());
beforeEach(async () => {
  ada = new Browser(site);
  await ada.createAccount();
});

describe('an enrolment', () => {
  it('is invisible until it is finished, then active, then complete with the last late ticket', async () => {
    const { challenge, context } = await ada.startEnrolment();
    const deviceKey = await createDeviceKey();
    const made = await makeEnrolment({ context, deviceKey, embeddings: [face('ada')] });
    const base = `/v1/enrolments/${challenge.ceremonyId}`;
    const ticket = made.material.root.tickets[0]!;
    expect(await codes(ada.send('PUT', `${base}/tickets/root/0`, ticket))).toEqual([404, 'not-found']);

    await ada.must('PUT', `${base}/statement`, made.statement);
    await ada.must('PUT', `${base}/statement`, made.statement);
    expect(await codes(ada.send('POST', `${base}/finish`, {}))).toEqual([409, 'enrolment-incomplete']);

    await ada.must('PUT', `${base}/tickets/root/0`, ticket);
    await ada.must('PUT', `${base}/tickets/root/0`, ticket);
    expect(await codes(ada.send('PUT', `${base}/tickets/root/0`, made.material.root.tickets[1]))).toEqual([
      409,
      'body-mismatch',
    ]);
    expect(await codes(ada.send('PUT', `${base}/tickets/root/1`, ticket))).toEqual([409, 'body-mismatch']);
    expect(await codes(ada.send('PUT', `${base}/tickets/root/24`, ticket))).toEqual([404, 'not-found']);
    expect(await ada.must('GET', base)).toMatchObject({
      state: 'open',
      received: { ordinary: [], root: [0] },
      publicKeys: [],
    });
    expect(await ada.must('GET', '/v1/account')).toMatchObject({ devices: [], consents: [] });

    expect((await ada.send('DELETE', base)).status).toBe(204);
    expect(await codes(ada.send('GET', base))).toEqual([404, 'ceremony-not-found']);
    expect(await site.server.storage.devices.dataKey(challenge.deviceId)).toBeUndefined();
  });

  it('takes late tickets sealed to this ceremony, without a session, and only those announced', async () => {
    const { base, late, challenge } = await ada.enrol('ada');
    expect(await ada.must('GET', '/v1/account')).toMatchObject({
      devices: [
        { id: challenge.deviceId, state: 'active', ticketsLeft: 8, rootTicketsLeft: 24, profile: 'quick' },
      ],
      consents: [{ purpose: 'enrol', version: '1' }],
    });
    const device = new Browser(site);
    const sealed = await late(8);
    const put = (index: number, body: Uint8Array) =>
      codes(device.send('PUT', `${base}/sealed-tickets/ordinary/${index}`, body));
    expect(await put(9, sealed)).toEqual([409, 'body-mismatch']);
    expect(
      await put(
        8,
        sealed.map((byte, i) => (i === 200 ? byte ^ 1 : byte)),
      ),
    ).toEqual([409, 'body-mismatch']);
    expect(await put(8, sealed)).toEqual([204, undefined]);
    expect(await put(8, sealed)).toEqual([204, undefined]);
    const progress = await device.send('GET', base, undefined, { 'x-blindsight-device': challenge.deviceId });
    expect(progress.json).toMatchObject({ state: 'active' });
    expect(await codes(device.send('GET', base))).toEqual([401, 'session-required']);
    expect(await codes(device.send('GET', base, undefined, { 'x-blindsight-device': newId() }))).toEqual([
      404,
      'ceremony-not-found',
    ]);

    for (let index = 9; index < 96; index++)
      await device.must('PUT', `${base}/sealed-tickets/ordinary/${index}`, await late(index));
    expect(await ada.must('GET', base)).toMatchObject({ state: 'complete' });
    const kept = await site.server.storage.enrolments.find(challenge.ceremonyId);
    expect(kept?.hpkePrivateKey).toBeUndefined();
  });

  it('does not keep a late ticket that was burned meanwhile', async () => {
    const { base, late, challenge } = await ada.enrol('ada');
    for (const index of [9, 8]) {
      if (index === 9) {
        await ada.must('PUT', `${base}/sealed-tickets/ordinary/9`, await late(9));
        const { json } = await ada.beginSignIn(await ada.openInteraction());
        const sent = await ada.prepare(json, 'ada', 9);
        expect((await ada.probe(sent)).status).toBe(200);
      } else await ada.must('PUT', `${base}/sealed-tickets/ordinary/8`, await late(8));
    }
    const [device] = await site.server.storage.devices.list(challenge.accountId);
    expect(device?.ticketsLeft).toBe(0);
  });

  it('is nobody else’s', async () => {
    const { challenge } = await ada.startEnrolment();
    const eve = new Browser(site);
    await eve.createAccount('Eve');
    const base = `/v1/enrolments/${challenge.ceremonyId}`;
    expect(await codes(eve.send('PUT', `${base}/statement`, new Uint8Array(4000)))).toEqual([
      404,
      'ceremony-not-found',
    ]);
    expect(await codes(eve.send('DELETE', base))).toEqual([404, 'ceremony-not-found']);
  });

  it('refuses a statement that another key signed, or that is not canonical', async () => {
    const { challenge, context } = await ada.startEnrolment();
    const { statement } = await makeEnrolment({
      context,
      deviceKey: await createDeviceKey(),
      embeddings: [face('ada')],
    });
    const url = `/v1/enrolments/${challenge.ceremonyId}/statement`;
    const flipped = (at: number) => statement.map((byte, i) => (i === at ? byte ^ 1 : byte));
    expect(await codes(ada.send('PUT', url, flipped(statement.length - 1)))).toEqual([
      401,
      'sign-in-refused',
    ]);
    expect(await codes(ada.send('PUT', url, flipped(500)))).toEqual([401, 'sign-in-refused']);
    expect(await codes(ada.send('PUT', url, new Uint8Array([...statement, 0])))).toEqual([
      400,
      'malformed-message',
    ]);
    expect(await codes(ada.send('PUT', url, new Uint8Array(9000)))).toEqual([413, 'message-too-large']);
    expect(await codes(ada.send('PUT', url, statement))).toEqual([204, undefined]);
    const again = await makeEnrolment({
      context,
      deviceKey: await createDeviceKey(),
      embeddings: [face('ada')],
    });
    expect(await codes(ada.send('PUT', url, again.statement))).toEqual([409, 'body-mismatch']);
  });

  it('ends at its deadline without a trace', async () => {
    const { challenge } = await ada.startEnrolment();
    site.pass(10 * 60_000);
    const url = `/v1/enrolments/${challenge.ceremonyId}`;
    expect(await ada.must('GET', url)).toMatchObject({ state: 'expired' });
    expect(await codes(ada.send('PUT', `${url}/statement`, new Uint8Array(100)))).toEqual([
      410,
      'ceremony-expired',
    ]);
    await site.server.sweep();
    expect(await codes(ada.send('GET', url))).toEqual([404, 'ceremony-not-found']);
  });

  it('needs the consent text as it is now, and a passkey shown a short while ago', async () => {
    const begin = (hash: string) =>
      codes(
        ada.send('POST', '/v1/enrolments', {
          consent: { version: '1', hash },
          deviceLabel: 'x',
          profile: 'quick',
        }),
      );
    expect(await begin('0'.repeat(64))).toEqual([409, 'consent-outdated']);
    const { hash } = await ada.must<{ hash: string }>('GET', '/v1/consents/enrol?lang=de-AT');
    site.pass(5 * 60_000 + 1);
    expect(await begin(hash)).toEqual([403, 'reauthentication-required']);
    await ada.reauthenticate();
    expect((await begin(hash))[0]).toBe(201);
  });
});

describe('erasure', () => {
  it('removes everything, gives a receipt, and the device can no longer sign in', async () => {
    const { challenge } = await ada.enrol('ada');
    const uid = await ada.openInteraction();
    const url = `/v1/account/devices/${challenge.deviceId}`;
    site.pass(5 * 60_000 + 1);
    expect(await codes(ada.send('DELETE', `${url}/enrolment`))).toEqual([403, 'reauthentication-required']);
    await ada.reauthenticate();
    expect(await ada.must('DELETE', `${url}/enrolment`)).toMatchObject({
      deviceId: challenge.deviceId,
      generations: 2,
      ticketsErased: 120,
      imagesErased: 0,
      verified: { tickets: 0, publicKeys: 0, dataKeys: 0, images: 0 },
    });
    expect(await ada.beginSignIn(uid)).toMatchObject({ status: 410, json: { code: 'device-revoked' } });
    expect(await ada.must('GET', '/v1/account')).toMatchObject({
      devices: [{ state: 'erased', ticketsLeft: 0 }],
      consents: [{ withdrawnAt: expect.any(Number) }],
    });
    expect(await ada.must('DELETE', url)).toMatchObject({ ticketsErased: 0 });
    expect(await ada.must('GET', '/v1/account')).toMatchObject({ devices: [{ state: 'revoked' }] });
  });

  it('does not reach another account’s device', async () => {
    const { challenge } = await ada.enrol('ada');
    const eve = new Browser(site);
    await eve.createAccount('Eve');
    expect(await codes(eve.send('DELETE', `/v1/account/devices/${challenge.deviceId}`))).toEqual([
      404,
      'not-found',
    ]);
  });

  it('comes by itself when a device was not used for the time of the policy', async () => {
    const { challenge } = await ada.enrol('ada');
    const state = async () => (await site.server.storage.devices.find(challenge.deviceId))?.state;
    site.pass(site.config.policy.retentionMs - 60_000);
    await site.server.sweep();
    expect(await state()).toBe('active');
    site.pass(60_001);
    await site.server.sweep();
    expect(await state()).toBe('erased');
    expect(await site.server.storage.devices.dataKey(challenge.deviceId)).toBeUndefined();
  });
});
