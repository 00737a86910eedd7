/** The protocol as an application sees it, with openid-client as the application. */
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { acr } from '../src/ports/oidc.ts';
import { memoryStorage } from '../src/storage/memory/index.ts';
import {
  Browser,
  begin,
  callback,
  demoClient,
  faceLogin,
  type OidcApp,
  oidcApp,
  passkeyLogin,
  redeem,
  relyingParty,
  signedOut,
  signIn,
  signingKeys,
} from './support/oidc-app.ts';

const other = {
  ...demoClient,
  id: 'other',
  name: 'Other',
  redirectUris: ['http://other.test/cb'],
  postLogoutRedirectUris: [],
};
const spa = { id: 'spa', name: 'Page', redirectUris: ['http://spa.test/cb'] };
const own = { ...demoClient, id: 'own', skipConsent: true };
const strict = { ...demoClient, id: 'strict', requiredAcr: acr.sealed };
const legacy = {
  ...demoClient,
  id: 'legacy',
  redirectUris: ['https://legacy.test/cb'],
  postLogoutRedirectUris: [],
  implicitIdToken: true,
};

let app: OidcApp;
let rp: client.Configuration;
const printed: unknown[] = [];

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => void printed.push(args));
  }
  app = await oidcApp({
    artifacts: memoryStorage().artifacts,
    clients: [demoClient, other, spa, own, strict, legacy],
  });
  rp = await relyingParty(app);
});
afterAll(() => app.close());

describe('discovery', () => {
  it('says what the provider does, and only that', async () => {
    const metadata = await (await fetch(`${app.origin}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({
      issuer: app.origin,
      authorization_endpoint: `${app.origin}/oidc/auth`,
      token_endpoint: `${app.origin}/oidc/token`,
      pushed_authorization_request_endpoint: `${app.origin}/oidc/par`,
      end_session_endpoint: `${app.origin}/oidc/logout`,
      acr_values_supported: [acr.pop, acr.sealed],
      subject_types_supported: ['pairwise'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
    expect(metadata.claims_supported).toEqual(
      expect.arrayContaining(['sub', 'name', 'acr', 'amr', 'auth_time']),
    );
    expect(metadata.id_token_signing_alg_values_supported).toEqual(
      expect.arrayContaining(['RS256', 'ES256']),
    );
  });

  it('derives its addresses from the configured origin, whatever Host or forwarding headers say', async () => {
    const response = await fetch(`${app.origin}/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https' },
    });
    expect(await response.text()).not.toContain('evil.test');
  });

  it('carries the headers of the shell', async () => {
    const response = await fetch(`${app.origin}/oidc/jwks`);
    expect(response.headers.get('x-from-the-shell')).toBe('yes');
  });

  it('publishes no private key', async () => {
    const { keys } = await (await fetch(`${app.origin}/oidc/jwks`)).json();
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(key).not.toHaveProperty('d');
  });
});

describe('code and PKCE', () => {
  it('ends in an ID token with sub, name, acr, amr and auth_time', async () => {
    const authTime = Date.now();
    const { tokens, begun } = await signIn(new Browser(app), rp, faceLogin({ authTime }));
    const claims = tokens.claims();
    expect(claims).toMatchObject({
      name: 'Ada Lovelace',
      acr: acr.sealed,
      amr: ['face', 'pop', 'mfa', 'user'],
      auth_time: Math.floor(authTime / 1000),
      nonce: begun.nonce,
      aud: 'demo',
      iss: app.origin,
    });
    expect(claims?.sub).toMatch(/^[\w-]{43}$/);
    expect(decodeProtectedHeader(tokens.id_token ?? '').alg).toBe('RS256');
  });

  it('answers userinfo with the same sub', async () => {
    const { tokens } = await signIn(new Browser(app), rp);
    const sub = tokens.claims()?.sub ?? '';
    expect(await client.fetchUserInfo(rp, tokens.access_token, sub)).toMatchObject({
      sub,
      name: 'Ada Lovelace',
    });
  });

  it('gives no name without the profile scope', async () => {
    const { tokens } = await signIn(new Browser(app), rp, faceLogin(), { scope: 'openid' });
    expect(tokens.claims()).not.toHaveProperty('name');
  });

  it('says who answered (RFC 9207)', async () => {
    const { left } = await signIn(new Browser(app), rp);
    expect(left.searchParams.get('iss')).toBe(app.origin);
  });

  it.each([
    ['without a challenge', { code_challenge: '', code_challenge_method: '' }],
    ['with a plain challenge', { code_challenge_method: 'plain' }],
  ])('refuses a request %s', async (_, extra) => {
    const { url } = await begin(rp, extra);
    for (const [name, value] of Object.entries(extra)) if (value === '') url.searchParams.delete(name);
    const { left } = await new Browser(app).follow(url);
    expect(left?.searchParams.get('error')).toBe('invalid_request');
  });

  it('refuses the wrong verifier', async () => {
    const browser = new Browser(app);
    const begun = await begin(rp);
    const { signIn: uid = '' } = await browser.follow(begun.url);
    const { left } = await browser.follow(await browser.finishLogin(uid, faceLogin()));
    const wrong = { ...begun, verifier: client.randomPKCECodeVerifier() };
    await expect(redeem(rp, wrong, left as URL)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('works for a public client', async () => {
    const page = await relyingParty(app, spa);
    const { tokens } = await signIn(new Browser(app), page, faceLogin(), {
      redirect_uri: 'http://spa.test/cb',
    });
    expect(tokens.claims()?.aud).toBe('spa');
  });

  it('lets a public client redeem from its own pages and from no others', async () => {
    const from = (origin: string) =>
      fetch(`${app.origin}/oidc/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({
          client_id: 'spa',
          grant_type: 'authorization_code',
          code: 'x',
          redirect_uri: 'http://spa.test/cb',
        }),
      });
    expect((await from('http://spa.test')).headers.get('access-control-allow-origin')).toBe(
      'http://spa.test',
    );
    expect((await from('http://evil.test')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('accepts a pushed request once', async () => {
    const browser = new Browser(app);
    const { url } = await begin(rp);
    const pushed = await client.buildAuthorizationUrlWithPAR(rp, url.searchParams);
    const { signIn: uid = '' } = await browser.follow(pushed);
    const { left } = await browser.follow(await browser.finishLogin(uid, faceLogin()));
    expect(left?.searchParams.get('code')).toBeTruthy();
    const again = await browser.follow(pushed);
    expect(again.left?.searchParams.get('code')).toBeFalsy();
  });

  it('does implicit id_token only for the client that is set up for it, with nonce and state', async () => {
    const implicit = (over: Record<string, string>) => {
      const params = {
        client_id: 'legacy',
        redirect_uri: 'https://legacy.test/cb',
        response_type: 'id_token',
        scope: 'openid profile',
        nonce: 'n-0123456789',
        state: 's-1',
        ...over,
      };
      return `/oidc/auth?${new URLSearchParams(Object.entries(params).filter(([, v]) => v !== ''))}`;
    };
    const browser = new Browser(app);
    const { signIn: uid = '' } = await browser.follow(implicit({}));
    const { left } = await browser.follow(await browser.finishLogin(uid, faceLogin()));
    const answer = new URLSearchParams(left?.hash.slice(1));
    expect(decodeJwt(answer.get('id_token') ?? '')).toMatchObject({
      name: 'Ada Lovelace',
      nonce: 'n-0123456789',
    });

    for (const missing of [{ nonce: '' }, { state: '' }]) {
      const refused = await new Browser(app).follow(implicit(missing));
      expect(`${refused.left?.hash}${refused.left?.search}`).toContain('error=invalid_request');
    }
    const notAllowed = await new Browser(app).follow(implicit({ client_id: 'demo', redirect_uri: callback }));
    expect(`${notAllowed.left?.hash}${notAllowed.left?.search}`).toContain('not+allowed+for+this+client');
  });
});

describe('refresh', () => {
  const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

  it('replaces the token at each use', async () => {
    const { tokens } = await signIn(new Browser(app), rp, faceLogin(), offline);
    const next = await client.refreshTokenGrant(rp, tokens.refresh_token ?? '');
    expect(next.refresh_token).toBeTruthy();
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect(next.claims()).toMatchObject({ acr: acr.sealed, amr: ['face', 'pop', 'mfa', 'user'] });
  });

  it('revokes everything when an old one comes back', async () => {
    const { tokens } = await signIn(new Browser(app), rp, faceLogin(), offline);
    const next = await client.refreshTokenGrant(rp, tokens.refresh_token ?? '');
    const refused = { error: 'invalid_grant' };
    await expect(client.refreshTokenGrant(rp, tokens.refresh_token ?? '')).rejects.toMatchObject(refused);
    await expect(client.refreshTokenGrant(rp, next.refresh_token ?? '')).rejects.toMatchObject(refused);
    await expect(client.fetchUserInfo(rp, next.access_token, client.skipSubjectCheck)).rejects.toThrow();
  });

  it('stops when the account is gone', async () => {
    const { tokens } = await signIn(new Browser(app), rp, faceLogin(), offline);
    app.accounts.delete('account-a');
    try {
      await expect(client.refreshTokenGrant(rp, tokens.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      });
    } finally {
      app.accounts.set('account-a', 'Ada Lovelace');
    }
  });

  it('introspects and revokes for the client it was issued to alone', async () => {
    const { tokens } = await signIn(new Browser(app), rp);
    const stranger = await relyingParty(app, other);
    expect(await client.tokenIntrospection(stranger, tokens.access_token)).toEqual({ active: false });
    expect(await client.tokenIntrospection(rp, tokens.access_token)).toMatchObject({
      active: true,
      client_id: 'demo',
    });
    await client.tokenRevocation(rp, tokens.access_token);
    expect(await client.tokenIntrospection(rp, tokens.access_token)).toEqual({ active: false });
  });
});

describe('subject identifiers', () => {
  it('differ between applications, and are the same for one at every sign-in', async () => {
    const sub = async (id: typeof demoClient, redirect_uri: string) => {
      const { tokens } = await signIn(new Browser(app), await relyingParty(app, id), faceLogin(), {
        redirect_uri,
      });
      return tokens.claims()?.sub;
    };
    const here = await sub(demoClient, callback);
    const there = await sub(other, 'http://other.test/cb');
    expect(here).not.toBe(there);
    expect(await sub(demoClient, callback)).toBe(here);
    expect([here, there]).not.toContain('account-a');
  });
});

describe('the interaction', () => {
  it('tells the page who asks for what', async () => {
    const browser = new Browser(app);
    const { url } = await begin(rp, { acr_values: `urn:example:other ${acr.sealed}`, login_hint: 'ada' });
    const { signIn: uid = '' } = await browser.follow(url);
    expect(await browser.details(uid)).toEqual({
      uid,
      client: { id: 'demo', name: 'Demo <b>shop</b>' },
      claims: ['name', 'sub', 'acr', 'amr', 'auth_time'],
      prompt: 'login',
      acrRequested: acr.sealed,
      loginHint: 'ada',
    });
  });

  it('belongs to the browser that began it', async () => {
    const [mine, theirs] = [new Browser(app), new Browser(app)];
    const { signIn: uid = '' } = await mine.follow((await begin(rp)).url);
    await theirs.follow((await begin(rp)).url);
    const expired = { code: 'interaction-expired' };
    await expect(theirs.details(uid)).rejects.toMatchObject(expired);
    await expect(theirs.finishLogin(uid, faceLogin())).rejects.toMatchObject(expired);
    await expect(theirs.abort(uid)).rejects.toMatchObject(expired);
    await expect(mine.details(uid)).resolves.toMatchObject({ uid });
  });

  it('is one per tab: two at once both finish', async () => {
    const browser = new Browser(app);
    const [one, two] = [await begin(rp), await begin(rp)];
    const { signIn: first = '' } = await browser.follow(one.url);
    const { signIn: second = '' } = await browser.follow(two.url);
    const back = await browser.follow(await browser.finishLogin(second, faceLogin()));
    expect((await redeem(rp, two, back.left as URL)).claims()?.['name']).toBe('Ada Lovelace');
    const late = await browser.follow(await browser.finishLogin(first, faceLogin()));
    expect((await redeem(rp, one, late.left as URL)).claims()?.['name']).toBe('Ada Lovelace');
  });

  it('is over once it was resumed', async () => {
    const browser = new Browser(app);
    const { signIn: uid = '' } = await browser.follow((await begin(rp)).url);
    const resume = await browser.finishLogin(uid, faceLogin());
    await browser.follow(resume);
    await expect(browser.details(uid)).rejects.toMatchObject({ code: 'interaction-expired' });
    const again = await browser.follow(resume);
    expect(again.response.status).toBe(400);
    expect(await again.response.text()).toContain('interaction-expired');
  });

  it('ends with access_denied when the person says no', async () => {
    const browser = new Browser(app);
    const { signIn: uid = '' } = await browser.follow((await begin(rp)).url);
    const { left } = await browser.follow(await browser.abort(uid));
    expect(left?.searchParams.get('error')).toBe('access_denied');
    expect(left?.searchParams.get('code')).toBeNull();
  });
});

describe('single sign-on and consent', () => {
  it('is silent the second time', async () => {
    const browser = new Browser(app);
    await signIn(browser, rp);
    const { left } = await browser.follow((await begin(rp, { prompt: 'none' })).url);
    expect(left?.searchParams.get('code')).toBeTruthy();
  });

  it('asks before a second application learns who this is', async () => {
    const browser = new Browser(app);
    await signIn(browser, rp);
    const second = await relyingParty(app, other);
    const there = { redirect_uri: 'http://other.test/cb' };

    const silent = await browser.follow((await begin(second, { ...there, prompt: 'none' })).url);
    expect(silent.left?.searchParams.get('error')).toBe('consent_required');

    const begun = await begin(second, there);
    const { signIn: uid = '' } = await browser.follow(begun.url);
    expect(await browser.details(uid)).toMatchObject({
      prompt: 'consent',
      client: { id: 'other' },
      accountId: 'account-a',
    });
    await expect(browser.finishLogin(uid, faceLogin())).rejects.toMatchObject({
      code: 'interaction-expired',
    });
    const { left } = await browser.follow(await browser.finishConsent(uid));
    expect((await redeem(second, begun, left as URL)).claims()?.['name']).toBe('Ada Lovelace');
  });

  it('asks again for a scope that was not granted before', async () => {
    const browser = new Browser(app);
    await signIn(browser, rp, faceLogin(), { scope: 'openid' });
    const { signIn: uid = '' } = await browser.follow((await begin(rp)).url);
    expect(await browser.details(uid)).toMatchObject({ prompt: 'consent' });
  });

  it("does not ask for the operator's own applications", async () => {
    const browser = new Browser(app);
    await signIn(browser, rp);
    const begun = await begin(await relyingParty(app, own), { prompt: 'none' });
    const { left } = await browser.follow(begun.url);
    expect(left?.searchParams.get('code')).toBeTruthy();
  });

  it('lets another person sign in over a session, and ends the first one', async () => {
    const browser = new Browser(app);
    await signIn(browser, rp);
    const begun = await begin(rp, { prompt: 'login' });
    const { signIn: uid = '' } = await browser.follow(begun.url);
    const { response } = await browser.follow(
      await browser.finishLogin(uid, faceLogin({ accountId: 'account-b' })),
    );
    const html = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src [^;]*'sha256-/);
    expect(policy).not.toContain('form-action');
    const left = await submit(browser, html);
    expect((await redeem(rp, begun, left as URL)).claims()?.['name']).toBe('Blaise Pascal');
  });
});

describe('step-up', () => {
  it('is satisfied by a stronger sign-in than the one asked for', async () => {
    const browser = new Browser(app);
    await signIn(browser, rp, faceLogin());
    const { left } = await browser.follow((await begin(rp, { acr_values: acr.pop })).url);
    expect(left?.searchParams.get('code')).toBeTruthy();
  });

  it('asks again when the session is too weak, and is silent afterwards', async () => {
    const browser = new Browser(app);
    await signIn(browser, rp, passkeyLogin());
    const { tokens } = await signIn(browser, rp, faceLogin(), { acr_values: acr.sealed });
    expect(tokens.claims()?.['acr']).toBe(acr.sealed);
    const { left } = await browser.follow((await begin(rp, { acr_values: acr.sealed, prompt: 'none' })).url);
    expect(left?.searchParams.get('code')).toBeTruthy();
  });

  it('says unmet_authentication_requirements when it may not ask', async () => {
    const browser = new Browser(app);
    await signIn(browser, rp, passkeyLogin());
    const { left } = await browser.follow((await begin(rp, { acr_values: acr.sealed, prompt: 'none' })).url);
    expect(left?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('is not satisfied by a passkey alone', async () => {
    const browser = new Browser(app);
    const { signIn: uid = '' } = await browser.follow((await begin(rp, { acr_values: acr.sealed })).url);
    const { left, signIn: again } = await browser.follow(await browser.finishLogin(uid, passkeyLogin()));
    expect(left).toBeUndefined();
    expect(again).toBeTruthy();
    expect(again).not.toBe(uid);
    const { left: back } = await browser.follow(await browser.finishLogin(again ?? '', faceLogin()));
    expect(back?.searchParams.get('code')).toBeTruthy();
  });

  it('accepts any of the levels an application lists', async () => {
    const { tokens } = await signIn(new Browser(app), rp, passkeyLogin(), {
      acr_values: `${acr.sealed} ${acr.pop}`,
    });
    expect(tokens.claims()?.['acr']).toBe(acr.pop);
  });

  it('ignores names of other providers', async () => {
    const { tokens } = await signIn(new Browser(app), rp, passkeyLogin(), { acr_values: 'phr 2' });
    expect(tokens.claims()?.['acr']).toBe(acr.pop);
  });

  it('holds a client to the level of its registration, whatever it asks', async () => {
    const browser = new Browser(app);
    const face = await relyingParty(app, strict);
    const { signIn: uid = '' } = await browser.follow((await begin(face, { acr_values: acr.pop })).url);
    expect(await browser.details(uid)).toMatchObject({ acrRequested: acr.sealed });
    expect((await browser.follow(await browser.finishLogin(uid, passkeyLogin()))).signIn).toBeTruthy();
  });

  it.each([
    ['one value', { value: acr.sealed }],
    ['several values', { values: [acr.sealed] }],
  ])('honours an essential acr claim with %s', async (_, request) => {
    const claims = JSON.stringify({ id_token: { acr: { essential: true, ...request } } });
    const browser = new Browser(app);
    await signIn(browser, rp, passkeyLogin());
    const { tokens } = await signIn(browser, rp, faceLogin(), { claims });
    expect(tokens.claims()?.['acr']).toBe(acr.sealed);
  });

  it('takes a stronger sign-in for an essential acr claim too', async () => {
    const browser = new Browser(app);
    await signIn(browser, rp, faceLogin());
    for (const request of [{ value: acr.pop }, { values: [acr.pop] }]) {
      const claims = JSON.stringify({ id_token: { acr: { essential: true, ...request } } });
      const { left } = await browser.follow((await begin(rp, { claims, prompt: 'none' })).url);
      expect(left?.searchParams.get('code')).toBeTruthy();
    }
  });

  it('cannot meet an essential acr it does not know', async () => {
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:example:retina' } } });
    const { left } = await new Browser(app).follow((await begin(rp, { claims })).url);
    expect(left?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('prompt=none without a session is login_required', async () => {
    const { left } = await new Browser(app).follow(
      (await begin(rp, { prompt: 'none', acr_values: acr.sealed })).url,
    );
    expect(left?.searchParams.get('error')).toBe('login_required');
  });
});

describe('freshness', () => {
  const hourAgo = () => Date.now() - 3_600_000;

  it('asks again when the sign-in is older than max_age', async () => {
    const browser = new Browser(app);
    await signIn(browser, rp, faceLogin({ authTime: hourAgo() }));
    const young = await browser.follow((await begin(rp, { max_age: '7200' })).url);
    expect(young.left?.searchParams.get('code')).toBeTruthy();
    const old = await browser.follow((await begin(rp, { max_age: '60' })).url);
    expect(old.signIn).toBeTruthy();
    const silent = await browser.follow((await begin(rp, { max_age: '60', prompt: 'none' })).url);
    expect(silent.left?.searchParams.get('error')).toBe('login_required');
  });

  it.each([
    ['max_age', { max_age: '60' }],
    ['prompt=login', { prompt: 'login' }],
  ])('does not take an old sign-in as the answer to %s', async (_, extra) => {
    const browser = new Browser(app);
    const { signIn: uid = '' } = await browser.follow((await begin(rp, extra)).url);
    const old = faceLogin({ authTime: hourAgo() });
    await expect(browser.finishLogin(uid, old)).rejects.toMatchObject({ code: 'reauthentication-required' });
    await expect(browser.finishLogin(uid, faceLogin({ authTime: Date.now() + 1000 }))).resolves.toBeTruthy();
  });
});

describe('sign-out', () => {
  async function leave(browser: Browser, hint: string, extra: Record<string, string> = {}) {
    const url = client.buildEndSessionUrl(rp, {
      id_token_hint: hint,
      post_logout_redirect_uri: signedOut,
      state: 's',
      ...extra,
    });
    return browser.follow(url);
  }

  it('asks, then ends the session and returns to the application', async () => {
    const browser = new Browser(app);
    const { tokens } = await signIn(browser, rp);
    const { response } = await leave(browser, tokens.id_token ?? '');
    const html = await response.text();
    expect(html).toContain('Demo &lt;b&gt;shop&lt;/b&gt;');
    expect(html).not.toContain('<b>shop');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://app.test");

    const left = await submit(browser, html, { logout: 'yes' });
    expect(left?.href).toBe(`${signedOut}?state=s`);
    const silent = await browser.follow((await begin(rp, { prompt: 'none' })).url);
    expect(silent.left?.searchParams.get('error')).toBe('login_required');
    await expect(client.fetchUserInfo(rp, tokens.access_token, client.skipSubjectCheck)).rejects.toThrow();
  });

  it('does not go to an address that is not registered', async () => {
    const browser = new Browser(app);
    const { tokens } = await signIn(browser, rp);
    const { response } = await leave(browser, tokens.id_token ?? '', {
      post_logout_redirect_uri: 'http://evil.test/',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('invalid-redirect-uri');
  });

  it('needs no application to sign out of this browser', async () => {
    const browser = new Browser(app);
    await signIn(browser, rp);
    const { response } = await browser.follow('/oidc/logout');
    await submit(browser, await response.text(), { logout: 'yes' });
    const silent = await browser.follow((await begin(rp, { prompt: 'none' })).url);
    expect(silent.left?.searchParams.get('error')).toBe('login_required');
  });
});

describe('requests that lead nowhere', () => {
  it.each([
    ['an unknown client', { client_id: '<script>alert(1)</script>' }, 'unknown-client'],
    [
      'a return address that is not registered',
      { redirect_uri: 'http://app.test/callback/../evil' },
      'invalid-redirect-uri',
    ],
    [
      'a return address that only begins alike',
      { redirect_uri: `${callback}.evil.test` },
      'invalid-redirect-uri',
    ],
    [
      'a return address with another query',
      { redirect_uri: `${callback}?x="><script>` },
      'invalid-redirect-uri',
    ],
  ])('%s gets a page with a stable code and is sent nowhere', async (_, extra, code) => {
    const { url } = await begin(rp, extra);
    const { response, left } = await new Browser(app).follow(url);
    expect(left).toBeUndefined();
    expect(response.status).toBe(400);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    expect(html).toContain(`<code>${code}</code>`);
    expect(html).not.toContain('<script');
  });

  it('a broken request is explained without running what it contains', async () => {
    const response = await fetch(`${app.origin}/oidc/auth?client_id=demo&client_id=demo`, {
      headers: { accept: 'text/html' },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<code>invalid-request</code>');
  });

  it('answers in JSON where no page is wanted', async () => {
    const response = await fetch(`${app.origin}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password' }),
    });
    expect(response.headers.get('content-type')).toContain('application/json');
  });
});

describe('keys', () => {
  it('rotate without a gap: old tokens verify, new ones carry the new key', async () => {
    const before = await signingKeys(['one']);
    const after = await signingKeys(['two']);
    const first = await before.jwks();
    const second = await after.jwks();
    let jwks = first;
    const rotating = { ...before, jwks: async () => jwks };
    const own = await oidcApp({ artifacts: memoryStorage().artifacts, signingKeys: rotating });
    try {
      const party = await relyingParty(own);
      const browser = new Browser(own);
      const { tokens: old } = await signIn(browser, party);
      jwks = [...first, ...second];
      await own.oidc.reload();
      jwks = [...second, ...first];
      await own.oidc.reload();
      const { tokens: young } = await signIn(new Browser(own), party);
      expect(decodeProtectedHeader(old.id_token ?? '').kid).toBe('one-RS256');
      expect(decodeProtectedHeader(young.id_token ?? '').kid).toBe('two-RS256');
      // The session survives, and a hint signed with the old key is still ours.
      const { response } = await browser.follow(
        client.buildEndSessionUrl(party, { id_token_hint: old.id_token ?? '' }),
      );
      expect(response.status).toBe(200);
    } finally {
      await own.close();
    }
  });

  it('that everybody knows are refused in production', async () => {
    const keys = await signingKeys(['keystore-CHANGE-ME']);
    const published = {
      ...keys,
      jwks: async () => (await keys.jwks()).map((jwk) => ({ ...jwk, kid: 'keystore-CHANGE-ME' })),
    };
    const make = (over: object) =>
      oidcApp({
        artifacts: memoryStorage().artifacts,
        production: true,
        signingKeys: { ...published, ...over },
      });
    await expect(make({})).rejects.toMatchObject({ code: 'dev-keys-in-production' });
    await expect(make({ jwks: keys.jwks, cookieKeys: async () => ['c2hvcnQ'] })).rejects.toMatchObject({
      code: 'dev-keys-in-production',
    });
  });

  it('of too few kinds are refused', async () => {
    const keys = await signingKeys();
    const onlyRsa = { ...keys, jwks: async () => (await keys.jwks()).filter((jwk) => jwk.alg === 'RS256') };
    await expect(
      oidcApp({ artifacts: memoryStorage().artifacts, signingKeys: onlyRsa }),
    ).rejects.toMatchObject({
      code: 'bad-configuration',
    });
  });
});

describe('what is reported', () => {
  it('names sign-ins and refusals, and holds no secret', async () => {
    app.events.length = 0;
    const { tokens, left } = await signIn(new Browser(app), rp);
    await expect(client.refreshTokenGrant(rp, 'nonsense')).rejects.toThrow();
    expect(app.events).toEqual([
      {
        type: 'oidc.authorized',
        clientId: 'demo',
        accountId: 'account-a',
        acr: acr.sealed,
        amr: ['face', 'pop', 'mfa', 'user'],
      },
      {
        type: 'oidc.tokens-issued',
        clientId: 'demo',
        accountId: 'account-a',
        grantType: 'authorization_code',
      },
      { type: 'oidc.refused', endpoint: 'token', clientId: 'demo', code: 'invalid_grant' },
    ]);
    const text = JSON.stringify(app.events);
    for (const secret of [tokens.access_token, tokens.id_token, left.searchParams.get('code')]) {
      expect(text).not.toContain(secret);
    }
  });

  it('is never printed by the library', () => {
    expect(printed).toEqual([]);
  });
});

/** Sends the form of a page as a browser would, and follows where it leads. */
async function submit(
  browser: Browser,
  html: string,
  extra: Record<string, string> = {},
): Promise<URL | undefined> {
  const action = /action="([^"]+)"/.exec(html)?.[1] ?? '';
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, n = '', v = '']) => [n, v],
  );
  const body = new URLSearchParams([...fields, ...Object.entries(extra)]);
  const response = await browser.fetch(action, { method: 'POST', body });
  return (await browser.follow(response.headers.get('location') ?? '')).left;
}
