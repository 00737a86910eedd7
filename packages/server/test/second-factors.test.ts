/** The second factor over HTTP: a passkey alone makes no face material, no codes and no passkeys. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SoftwarePasskey } from '../../../tests/support/passkey.ts';
import { Browser, type Reply } from './support/browser.ts';
import { origin, type Provider, provider } from './support/provider.ts';

let site: Provider;
let ada: Browser;
let codes: string[];
const said = async (sent: Reply<object> | Promise<Reply<object>>) => {
  const { status, json } = await sent;
  return [status, (json as { code?: string }).code];
};
const begin = (browser = ada) => browser.beginEnrolment();
const devices = () => site.server.storage.devices.list(ada.device!.accountId);
const kinds = async () => (await site.server.storage.audit.rows(1, 10_000)).map((row) => row.event.kind);

/** Ada's passkey in another browser: a stolen one, or her own on another machine. */
async function elsewhere(): Promise<Browser> {
  const other = new Browser(site, ada.passkey);
  const answer = await other.answerPasskey('/v1/sessions/options');
  await other.must('POST', '/v1/sessions', answer);
  return other;
}

beforeAll(async () => {
  site = await provider({ storage: 'memory' });
}, 60_000);
afterAll(() => site?.dispose());
beforeEach(async () => {
  ada = new Browser(site);
  await ada.createAccount();
  codes = await ada.makeCodes();
  await ada.enrol('ada');
});

describe('recovery codes', () => {
  it('are ten, in groups, of an alphabet without look-alikes, and stored only as hashes', async () => {
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(await ada.must('GET', '/v1/account')).toMatchObject({
      recoveryCodes: { left: 10, madeAt: expect.any(Number) },
    });
    expect(site.log()).not.toContain(codes[0]);
  });

  it('are good once each, and read as people type them', async () => {
    const typed = codes[0]!.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect((await ada.showCode(typed)).status).toBe(200);
    expect(await said(ada.showCode(codes[0]!))).toEqual([401, 'second-factor-refused']);
    expect(await ada.must('GET', '/v1/account')).toMatchObject({ recoveryCodes: { left: 9 } });
    expect(await kinds()).toEqual(
      expect.arrayContaining(['recovery-codes-made', 'recovery-code-used', 'second-factor-refused']),
    );
  });

  it('are not guessed: five wrong ones lock them, the right one too, for a growing time', async () => {
    for (let i = 0; i < 5; i++)
      expect(await said(ada.showCode('AAAA-AAAA-AAAA'))).toEqual([401, 'second-factor-refused']);
    expect(await said(ada.showCode(codes[0]!))).toEqual([423, 'second-factor-locked']);
    site.pass(site.config.policy.firstLockMs);
    expect(await said(ada.showCode('AAAA-AAAA-AAAA'))).toEqual([401, 'second-factor-refused']);
    site.pass(site.config.policy.firstLockMs);
    expect(await said(ada.showCode(codes[0]!))).toEqual([423, 'second-factor-locked']);
    site.pass(site.config.policy.firstLockMs);
    expect((await ada.showCode(codes[0]!)).status).toBe(200);
  });

  it('change the name of the session', async () => {
    const before = new Map(ada.cookies);
    await ada.showCode(codes[0]!);
    expect(ada.cookies).not.toEqual(before);
    const old = new Browser(site);
    for (const [name, value] of before) old.cookies.set(name, value);
    expect(await said(old.send('GET', '/v1/account'))).toEqual([401, 'session-required']);
  });

  it('of one account are nothing to another', async () => {
    const eve = new Browser(site);
    await eve.createAccount('Eve');
    expect(await said(eve.showCode(codes[0]!))).toEqual([401, 'second-factor-refused']);
  });

  it('are made anew under a second factor, and the old ones end', async () => {
    expect(await said(ada.send('POST', '/v1/account/recovery-codes', {}))).toEqual([
      403,
      'second-factor-required',
    ]);
    await ada.showCode(codes[0]!);
    const next = await ada.makeCodes();
    expect(await said(ada.showCode(codes[1]!))).toEqual([401, 'second-factor-refused']);
    expect((await ada.showCode(next[0]!)).status).toBe(200);
  });

  it('are made anew after a face matched the enrolment in this session, for people who have lost them', async () => {
    expect((await ada.renew('ada')).status).toBe(201);
    expect(await ada.makeCodes()).toHaveLength(10);
    expect(await said(begin())).toEqual([403, 'second-factor-required']);
  });

  it('are not made by a stale session, whatever it has shown', async () => {
    await ada.showCode(codes[0]!);
    site.pass(site.config.policy.reauthenticationMs + 1);
    expect(await said(ada.send('POST', '/v1/account/recovery-codes', {}))).toEqual([
      403,
      'reauthentication-required',
    ]);
  });
});

describe('a second passkey', () => {
  const add = async (browser: Browser, passkey: SoftwarePasskey) => {
    const asked = await browser.send<{ registrationId: string; options: never }>(
      'POST',
      '/v1/account/passkeys/options',
      {},
    );
    if (asked.status !== 200) return asked;
    const { registrationId, options } = asked.json;
    const response = passkey.register(options);
    return browser.send('POST', '/v1/account/passkeys', { registrationId, response });
  };
  const showPasskey = async (browser: Browser, passkey: SoftwarePasskey) => {
    const asked = await browser.must<{ authenticationId: string; options: never }>(
      'POST',
      '/v1/second-factors/passkey/options',
      {},
    );
    const { authenticationId, options } = asked;
    return browser.send('POST', '/v1/second-factors/passkey', {
      authenticationId,
      response: passkey.authenticate(options),
    });
  };

  it('is added under a second factor, and is one from then on', async () => {
    const key = new SoftwarePasskey(origin);
    expect(await said(add(ada, key))).toEqual([403, 'second-factor-required']);
    await ada.showCode(codes[0]!);
    expect((await add(ada, key)).status).toBe(201);
    const other = await elsewhere();
    expect(await said(begin(other))).toEqual([403, 'second-factor-required']);
    expect((await showPasskey(other, key)).status).toBe(200);
    expect((await begin(other)).status).toBe(201);
  });

  it('is not the one that opened the session, nor a stranger’s', async () => {
    await ada.showCode(codes[0]!);
    const key = new SoftwarePasskey(origin);
    await add(ada, key);
    const other = await elsewhere();
    for (const wrong of [ada.passkey, new SoftwarePasskey(origin)])
      expect(await said(showPasskey(other, wrong))).toEqual([401, 'second-factor-refused']);
    expect(await said(begin(other))).toEqual([403, 'second-factor-required']);
  });

  it('does not count beside itself: a session confirmed by it has to show another one', async () => {
    await ada.showCode(codes[0]!);
    const key = new SoftwarePasskey(origin);
    await add(ada, key);
    const other = await elsewhere();
    await showPasskey(other, key);
    const swapped = new Browser(site, key);
    for (const [name, value] of other.cookies) swapped.cookies.set(name, value);
    const answer = await swapped.answerPasskey('/v1/reauthentications/options');
    await swapped.must('POST', '/v1/reauthentications', answer);
    expect(await said(begin(swapped))).toEqual([403, 'second-factor-required']);
  });

  it('is refused where there is none', async () => {
    expect(await said(ada.send('POST', '/v1/second-factors/passkey/options', {}))).toEqual([
      401,
      'second-factor-refused',
    ]);
  });
});

describe('a new enrolment', () => {
  it('needs the second factor on every account that was enrolled, also after an erasure', async () => {
    const other = await elsewhere();
    expect(await said(begin(other))).toEqual([403, 'second-factor-required']);
    await ada.must('DELETE', `/v1/account/devices/${ada.device!.deviceId}`);
    expect(await said(begin(other))).toEqual([403, 'second-factor-required']);
  });

  it('locks sign-in by face meanwhile, and ends every device that was there', async () => {
    const old = ada.device!.deviceId;
    const other = await elsewhere();
    await other.showCode(codes[0]!);
    const { json } = await begin(other);
    const locked = await ada.beginSignIn(await ada.openInteraction());
    expect(await said(locked)).toEqual([423, 'face-locked']);
    await other.must('DELETE', `/v1/enrolments/${(json as { ceremonyId: string }).ceremonyId}`);
    expect((await ada.signIn('ada')).status).toBe(200);

    await other.enrol('ada');
    expect((await other.signIn('ada')).status).toBe(200);
    expect(await said(ada.beginSignIn(await ada.openInteraction()))).toEqual([410, 'device-revoked']);
    const row = (await devices()).find((one) => one.id === old);
    expect(row).toMatchObject({ state: 'revoked' });
    await site.server.sweep();
    expect(await site.server.storage.devices.dataKey(old)).toBeUndefined();
    expect(await site.server.storage.devices.receipts(ada.device!.accountId)).toHaveLength(1);
  });

  it('is refused when the second factor was shown too long ago', async () => {
    const other = await elsewhere();
    await other.showCode(codes[0]!);
    site.pass(site.config.policy.reauthenticationMs + 1);
    await other.must(
      'POST',
      '/v1/reauthentications',
      await other.answerPasskey('/v1/reauthentications/options'),
    );
    expect(await said(begin(other))).toEqual([403, 'second-factor-required']);
  });

  it('begun beside a first one does not finish after it: the exemption is for one', async () => {
    const eve = new Browser(site);
    await eve.createAccount('Eve');
    const second = new Browser(site, eve.passkey);
    await second.must('POST', '/v1/sessions', await second.answerPasskey('/v1/sessions/options'));
    const { finish } = await second.enrolUpToFinish('mallory');
    await eve.enrol('eve');
    expect(await said(finish())).toEqual([410, 'ceremony-expired']);
    expect((await eve.signIn('eve')).status).toBe(200);
  });
});
