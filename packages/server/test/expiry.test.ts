/** Time and an enrolment: a renewal is suggested, then required; in the end only a new enrolment helps. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from './support/browser.ts';
import { type Provider, provider } from './support/provider.ts';

const day = 24 * 3600_000;
let site: Provider;
let ada: Browser;
let code: string;
beforeAll(async () => {
  // no retention in the way: what is shown here ends before it
  site = await provider({ policy: { maxRenewals: 2, retentionMs: 3_000 * day } });
}, 60_000);
afterAll(() => site?.dispose());
beforeEach(async () => {
  ada = new Browser(site);
  await ada.createAccount();
  [code] = (await ada.makeCodes()) as [string];
  await ada.enrol('ada');
});

const begin = async () => ada.beginSignIn(await ada.openInteraction());
const renew = async () => {
  await ada.must('POST', '/v1/sessions', await ada.answerPasskey('/v1/sessions/options'));
  return ada.renew('ada');
};
const lastBurned = async () =>
  (await site.server.storage.devices.generation(ada.device!.deviceId, 'ordinary'))!.lastBurned;
const failures = async () => (await site.server.storage.signIns.faceFactor(ada.device!.accountId)).failures;

describe('an enrolment', () => {
  it('is asked to renew after 30 days, and must after 44; the renewal lets it sign in again', async () => {
    site.pass(30 * day);
    expect((await begin()).json.renewal).toBe('due');
    expect((await ada.signIn('ada')).status).toBe(200);
    site.pass(14 * day);
    const burned = await lastBurned();
    expect(await begin()).toMatchObject({ status: 409, json: { code: 'renewal-required' } });
    expect([await lastBurned(), await failures()]).toEqual([burned, 0]);
    expect((await renew()).status).toBe(201);
    expect((await ada.signIn('ada')).status).toBe(200);
  });

  it('serves out the tickets of its last renewal, and then only a new enrolment helps', async () => {
    expect([(await renew()).status, (await renew()).status]).toEqual([201, 201]);
    expect((await ada.signIn('ada')).status).toBe(200);
    site.pass(44 * day - 60_000);
    expect((await begin()).status).toBe(201);
    site.pass(60_000);
    expect(await begin()).toMatchObject({ status: 409, json: { code: 'enrolment-too-old' } });
    await expect(renew()).rejects.toThrow('enrolment-too-old');
    await ada.reauthenticate();
    await expect(ada.enrol('ada')).rejects.toThrow('second-factor-required');
    await ada.showCode(code);
    await ada.enrol('ada');
    expect((await ada.signIn('ada')).status).toBe(200);
  });

  it('ends after 365 days, however freshly renewed', async () => {
    site.pass(364 * day);
    expect((await renew()).status).toBe(201);
    expect((await ada.signIn('ada')).status).toBe(200);
    site.pass(day);
    expect(await begin()).toMatchObject({ status: 409, json: { code: 'enrolment-too-old' } });
    await expect(renew()).rejects.toThrow('enrolment-too-old');
  });
});
