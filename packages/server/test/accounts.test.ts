/** Accounts by passkey, sessions, and signing in with a passkey instead of a face. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SoftwarePasskey } from '../../../tests/support/passkey.ts';
import { Browser, type Reply } from './support/browser.ts';
import { origin, type Provider, provider } from './support/provider.ts';

let site: Provider;
let ada: Browser;
const codes = async (sent: Promise<Reply>) => {
  const { status, json } = await sent;
  return [status, json['code']];
};

beforeAll(async () => {
  site = await provider({ storage: 'memory' });
}, 60_000);
afterAll(() => site?.dispose());
beforeEach(() => {
  ada = new Browser(site);
});

describe('an account', () => {
  it('asks for a discoverable passkey with user verification and the PRF extension', async () => {
    const { options } = await ada.must<{ options: Record<string, unknown> }>('POST', '/v1/accounts/options', {
      displayName: 'Ada',
    });
    expect(options).toMatchObject({
      rp: { id: 'localhost' },
      user: { displayName: 'Ada' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      extensions: { prf: {} },
    });
  });

  it('is made once by one answer to one question', async () => {
    const { registrationId, options } = await ada.must<{ registrationId: string; options: never }>(
      'POST',
      '/v1/accounts/options',
      { displayName: 'Ada' },
    );
    const body = { registrationId, response: ada.passkey.register(options) };
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => ada.send('POST', '/v1/accounts', body)),
    );
    expect(replies.map((reply) => reply.status).sort()).toEqual([201, ...Array(9).fill(410)]);
    expect(await ada.must('GET', '/v1/account')).toMatchObject({
      displayName: 'Ada',
      passkeys: [{ label: 'Passkey', deviceBound: true }],
      devices: [],
      consents: [],
    });
  });

  it.each([
    [
      'an answer to another question',
      (b: Browser) => b.passkey.register({ challenge: 'AAAA', rp: { id: 'localhost' }, user: { id: 'x' } }),
    ],
    [
      'an answer made for another origin',
      (_b: Browser, options: never) => new SoftwarePasskey('http://localhost:9999').register(options),
    ],
    ['an answer that is not one', () => ({ id: 'x' })],
  ])('is not made by %s', async (_what, answer) => {
    const { registrationId, options } = await ada.must<{ registrationId: string; options: never }>(
      'POST',
      '/v1/accounts/options',
      { displayName: 'Ada' },
    );
    const response = answer(ada, options);
    expect(await codes(ada.send('POST', '/v1/accounts', { registrationId, response }))).toEqual([
      401,
      'sign-in-refused',
    ]);
    expect(await codes(ada.send('GET', '/v1/account'))).toEqual([401, 'session-required']);
  });

  it.each([[''], ['   '], ['a\u0000b'], ['x'.repeat(65)]])('is not named %j', async (displayName) => {
    expect(await codes(ada.send('POST', '/v1/accounts/options', { displayName }))).toEqual([
      400,
      'malformed-message',
    ]);
  });
});

describe('a session', () => {
  const cookie = () => ada.cookies.get('blindsight_session');

  it('begins with a passkey, and ends', async () => {
    await ada.createAccount();
    await ada.must('DELETE', '/v1/sessions/current');
    expect(cookie()).toBeUndefined();
    expect(await codes(ada.send('GET', '/v1/account'))).toEqual([401, 'session-required']);
    await ada.must('POST', '/v1/sessions', await ada.answerPasskey('/v1/sessions/options'));
    expect(await ada.must('GET', '/v1/account')).toMatchObject({ displayName: 'Ada' });
  });

  it('has a new name after reauthentication, and the old name opens nothing', async () => {
    await ada.createAccount();
    const before = cookie()!;
    await ada.reauthenticate();
    const after = cookie()!;
    expect(after).not.toBe(before);
    ada.cookies.set('blindsight_session', before);
    expect(await codes(ada.send('GET', '/v1/account'))).toEqual([401, 'session-required']);
    ada.cookies.set('blindsight_session', after);
    await ada.must('GET', '/v1/account');
  });

  it('is not refreshed by somebody else’s passkey, nor by an answer to somebody else’s question', async () => {
    await ada.createAccount();
    const eve = new Browser(site);
    await eve.createAccount('Eve');
    const ask = () =>
      ada.must<{ authenticationId: string; options: never }>('POST', '/v1/reauthentications/options', {});
    const { authenticationId, options } = await ask();
    const body = { authenticationId, response: eve.passkey.authenticate(options) };
    expect(await codes(ada.send('POST', '/v1/reauthentications', body))).toEqual([401, 'sign-in-refused']);
    const foreign = await ask();
    const answer = {
      authenticationId: foreign.authenticationId,
      response: eve.passkey.authenticate(foreign.options),
    };
    expect(await codes(eve.send('POST', '/v1/reauthentications', answer))).toEqual([401, 'sign-in-refused']);
  });

  it('ends after its time', async () => {
    // a provider of its own: its clock runs far ahead of the one the OpenID library reads
    const own = await provider({ storage: 'memory' });
    const bob = new Browser(own);
    await bob.createAccount();
    own.pass(own.config.policy.sessionMs - 5_000);
    await bob.must('GET', '/v1/account');
    own.pass(5_000);
    expect(await codes(bob.send('GET', '/v1/account'))).toEqual([401, 'session-required']);
    await own.dispose();
  });

  it('keeps the cookie from scripts and from other sites', async () => {
    const { registrationId, options } = await ada.must<{ registrationId: string; options: never }>(
      'POST',
      '/v1/accounts/options',
      { displayName: 'Ada' },
    );
    const { headers } = await ada.send('POST', '/v1/accounts', {
      registrationId,
      response: ada.passkey.register(options),
    });
    expect(String(headers['set-cookie'])).toMatch(
      /^blindsight_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });
});

describe('an interaction without a face', () => {
  const finished = async (uid: string, redirectTo: string) => {
    const { headers } = await ada.send('GET', new URL(redirectTo).pathname);
    return { uid, location: String(headers['location']) };
  };

  it('says which application asks, and for what', async () => {
    const uid = await ada.openInteraction({ login_hint: 'ada@example.org' });
    expect(await ada.must('GET', `/v1/interactions/${uid}`)).toMatchObject({
      uid,
      client: { id: 'demo', name: 'Demo' },
      claims: expect.arrayContaining(['name']),
      prompt: 'login',
      loginHint: 'ada@example.org',
    });
    expect(await codes(new Browser(site).send('GET', `/v1/interactions/${uid}`))).toEqual([
      410,
      'interaction-expired',
    ]);
  });

  it('ends with a passkey', async () => {
    await ada.createAccount();
    const uid = await ada.openInteraction();
    const body = await ada.answerPasskey('/v1/sessions/options');
    const { redirectTo } = await ada.must<{ redirectTo: string }>(
      'POST',
      `/v1/interactions/${uid}/passkey`,
      body,
    );
    expect((await finished(uid, redirectTo)).location).toContain('/callback?code=');
    const [row] = (await site.server.storage.audit.rows(1, 1000)).slice(-2);
    expect(row?.event).toMatchObject({
      kind: 'interaction-finished',
      reason: 'urn:blindsight:acr:pop',
      clientId: 'demo',
    });
  });

  it('ends with the session of an account just made', async () => {
    const uid = await ada.openInteraction();
    await ada.createAccount();
    const { redirectTo } = await ada.must<{ redirectTo: string }>(
      'POST',
      `/v1/interactions/${uid}/session`,
      {},
    );
    expect((await finished(uid, redirectTo)).location).toContain('/callback?code=');
  });

  it('does not end with an old session', async () => {
    await ada.createAccount();
    site.pass(15 * 60_000 + 1);
    const uid = await ada.openInteraction();
    expect(await codes(ada.send('POST', `/v1/interactions/${uid}/session`, {}))).toEqual([
      403,
      'reauthentication-required',
    ]);
  });

  it('ends with no', async () => {
    const uid = await ada.openInteraction();
    const { redirectTo } = await ada.must<{ redirectTo: string }>(
      'POST',
      `/v1/interactions/${uid}/abort`,
      {},
    );
    expect((await finished(uid, redirectTo)).location).toContain('error=access_denied');
  });

  it('knows its applications and their addresses', async () => {
    const ask = async (over: Record<string, string>) => {
      const query = new URLSearchParams({
        client_id: 'demo',
        redirect_uri: 'http://evil.example/',
        response_type: 'code',
        scope: 'openid',
        ...over,
      });
      return (await ada.send('GET', `/oidc/auth?${query}`)).status;
    };
    expect(await ask({})).toBe(400);
    expect(await ask({ client_id: 'nobody' })).toBe(400);
  });
});

describe('the verified profile', () => {
  it('asks the passkey in every sign-in, and says so to the application', async () => {
    await ada.createAccount();
    await ada.enrol('ada', 'verified');
    const { sent, answer } = await ada.upToReply('ada');
    expect(sent.challenge.passkey).toMatchObject({ userVerification: 'required', rpId: 'localhost' });
    const passkey = ada.passkey.authenticate(sent.challenge.passkey!);
    expect((await ada.answer(sent, { ...answer, passkey })).status).toBe(200);
  });

  it.each([
    ['no passkey', () => undefined],
    [
      'a passkey’s answer to another question',
      (b: Browser) => b.passkey.authenticate({ challenge: 'AAAA', rpId: 'localhost' }),
    ],
    [
      'a passkey nobody registered',
      (_b: Browser, options: { challenge: string }) => new SoftwarePasskey(origin).authenticate(options),
    ],
    [
      'the passkey of another account',
      async (_b: Browser, options: { challenge: string }) => {
        const eve = new Browser(site);
        await eve.createAccount('Eve');
        return eve.passkey.authenticate(options);
      },
    ],
  ])('refuses %s like a wrong face', async (_what, make) => {
    await ada.createAccount();
    const { challenge } = await ada.enrol('ada', 'verified');
    const { sent, answer } = await ada.upToReply('ada');
    const passkey = await make(ada, sent.challenge.passkey!);
    const reply = await ada.answer(sent, { ...answer, ...(passkey ? { passkey } : {}) });
    expect([reply.status, reply.json.code]).toEqual([401, 'sign-in-refused']);
    expect((await site.server.storage.signIns.faceFactor(challenge.accountId)).failures).toBe(1);
  });
});
