/** What failures and frequency cost, over HTTP. The rules themselves are in `sign-ins.test.ts`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from './support/browser.ts';
import { type Provider, provider } from './support/provider.ts';

let site: Provider;
let ada: Browser;
beforeAll(async () => {
  const policy = { failuresToLock: 2, firstLockMs: 60_000, signInsPerDay: 6, signInsPerDayAndClient: 4 };
  site = await provider({ storage: 'memory', policy });
  ada = new Browser(site);
  await ada.createAccount();
  await ada.enrol('ada');
}, 60_000);
afterAll(() => site?.dispose());

describe('the face factor', () => {
  it('is locked by failures, for all to see, and opens again after its time', async () => {
    for (let i = 0; i < 2; i++) expect((await ada.signIn('eve')).json.code).toBe('sign-in-refused');
    const locked = await ada.beginSignIn(await ada.openInteraction());
    expect(locked).toMatchObject({ status: 423, json: { code: 'face-locked', retryAfterSeconds: 60 } });
    expect(locked.headers['retry-after']).toBe('60');
    expect(await ada.must('GET', '/v1/account')).toMatchObject({ faceLockedUntil: expect.any(Number) });
    const uid = await ada.openInteraction();
    const byPasskey = await ada.answerPasskey('/v1/sessions/options');
    expect((await ada.send('POST', `/v1/interactions/${uid}/passkey`, byPasskey)).status).toBe(200);
    site.pass(60_000);
    expect((await ada.signIn('ada')).status).toBe(200);
  });

  it('counts ceremonies held open side by side as the failures they may become', async () => {
    const first = await ada.upToReply('ada');
    const second = await ada.beginSignIn(await ada.openInteraction());
    const refused = await ada.probe(await ada.prepare(second.json, 'ada'));
    expect(refused).toMatchObject({ status: 423, json: { code: 'face-locked' } });
    expect((await ada.answer(first.sent, first.answer)).status).toBe(200);
  });

  it('rests when the day’s share of one application is used up, then the day itself', async () => {
    const begin = async (client: string) => {
      const uid = await ada.openInteraction({ client_id: client });
      return ada.upToReply('ada', uid).then(
        async ({ sent, answer }) => (await ada.answer(sent, answer)).status,
        (error: Error) => (JSON.parse(error.message) as { code: string }).code,
      );
    };
    expect(await begin('demo')).toBe('budget-exhausted');
    expect([await begin('other'), await begin('other')]).toEqual([200, 200]);
    expect(await begin('other')).toBe('budget-exhausted');
  });
});
