/** The relying party: what it accepts, what it refuses, what it shows. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp, readSettings } from '../src/index.ts';
import { stubProvider } from './support.ts';

let provider: Awaited<ReturnType<typeof stubProvider>>;
let app: FastifyInstance;

beforeAll(async () => {
  provider = await stubProvider('demo');
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.claims = {};
  app = createApp(readSettings({ ISSUER: provider.issuer, CLIENT_SECRET: 'secret' }));
});

/** One browser: the last session cookie it was given. */
function visitor() {
  let cookie = '';
  return {
    get cookie() {
      return cookie;
    },
    async get(url: string, method: 'GET' | 'POST' = 'GET') {
      const response = await app.inject({ url, method, headers: { cookie } });
      const set = response.headers['set-cookie'];
      if (typeof set === 'string') cookie = set.includes('Max-Age=0') ? '' : (set.split(';')[0] ?? '');
      return response;
    },
  };
}

async function signedIn(claims: Record<string, unknown> = {}) {
  provider.claims = claims;
  const person = visitor();
  const { headers } = await person.get('/sign-in');
  const back = await person.get(provider.approve(String(headers.location)));
  return { person, back };
}

describe('signing in', () => {
  it('asks for a code with PKCE, state and nonce', async () => {
    const { headers } = await visitor().get('/sign-in');
    const params = new URL(String(headers.location)).searchParams;
    expect(Object.fromEntries(params)).toMatchObject({
      client_id: 'demo',
      redirect_uri: 'http://localhost:4401/callback',
      response_type: 'code',
      scope: 'openid profile',
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(params.get(name)).toMatch(/^[\w-]{43}$/);
    expect(params.has('acr_values')).toBe(false);
  });

  it.each([
    ['?face=required', 'urn:blindsight:acr:sealed'],
    ['?acr=face', 'urn:blindsight:acr:sealed'],
    ['?acr=image', 'urn:blindsight:acr:sealed+image'],
    ['?acr=nothing', null],
  ])('asks for a level when one is required: %s', async (query, level) => {
    const { headers } = await visitor().get(`/sign-in${query}`);
    expect(new URL(String(headers.location)).searchParams.get('acr_values')).toBe(level);
  });

  it('shows the claims of the verified token', async () => {
    const claims = {
      name: 'Ada',
      acr: 'urn:blindsight:acr:sealed',
      amr: ['face', 'pop', 'mfa'],
      auth_time: 1_700_000_000,
    };
    const { person, back } = await signedIn(claims);
    expect(back.statusCode).toBe(302);
    expect(back.headers.location).toBe('/');
    const { body } = await person.get('/');
    expect(body).toContain('Hello, Ada');
    expect(body).toContain('<dd data-claim="acr">urn:blindsight:acr:sealed</dd>');
    for (const method of claims.amr) expect(body).toMatch(new RegExp(`<li title="[^"]+">${method}</li>`));
    expect(body).toContain('2023-11-14T22:13:20.000Z');
  });

  it('shows text as text, whoever chose it', async () => {
    const { person } = await signedIn({ name: '<img src=x onerror=alert(1)>', acr: '"><script>' });
    const { body } = await person.get('/');
    expect(body).not.toContain('<img src=x');
    expect(body).not.toContain('<script>');
  });

  it('changes the session name, so that one planted before is worth nothing', async () => {
    const person = visitor();
    const { headers } = await person.get('/sign-in');
    const before = person.cookie;
    await person.get(provider.approve(String(headers.location)));
    expect(person.cookie).not.toBe(before);
    expect((await app.inject({ url: '/', headers: { cookie: before } })).body).toContain('Welcome');
  });

  it('keeps two tabs apart', async () => {
    const person = visitor();
    const one = await person.get('/sign-in');
    const two = await person.get('/sign-in');
    expect((await person.get(provider.approve(String(two.headers.location)))).statusCode).toBe(302);
    expect((await person.get(provider.approve(String(one.headers.location)))).statusCode).toBe(302);
  });
});

describe('what does not match is refused', () => {
  it.each([
    ['another nonce', { nonce: 'another' }],
    ['another audience', { aud: 'somebody-else' }],
    ['another issuer', { iss: 'http://evil.test' }],
    ['a token that has run out', { exp: 1 }],
  ])('%s', async (_, claims) => {
    const { person, back } = await signedIn(claims);
    expect(back.statusCode).toBe(400);
    expect(back.body).toContain('<code>sign-in-not-verified</code>');
    expect((await person.get('/')).body).toContain('Welcome');
  });

  it('a weaker sign-in than the one asked for', async () => {
    const person = visitor();
    const { headers } = await person.get('/sign-in?face=required');
    provider.claims = { acr: 'urn:blindsight:acr:pop' };
    const back = await person.get(provider.approve(String(headers.location)));
    expect(back.statusCode).toBe(403);
    expect(back.body).toContain('<code>assurance-too-low</code>');
    expect((await person.get('/')).body).toContain('Welcome');
  });

  it('a callback of another browser', async () => {
    const { headers } = await visitor().get('/sign-in');
    const response = await visitor().get(provider.approve(String(headers.location)));
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain('unexpected-callback');
  });

  it('a callback that comes twice', async () => {
    const person = visitor();
    const { headers } = await person.get('/sign-in');
    const back = provider.approve(String(headers.location));
    await person.get(back);
    const before = provider.redeemed.length;
    expect((await person.get(back)).body).toContain('unexpected-callback');
    expect(provider.redeemed.length).toBe(before);
  });

  it('a refusal of the provider is explained', async () => {
    const person = visitor();
    const { headers } = await person.get('/sign-in');
    const state = new URL(String(headers.location)).searchParams.get('state') ?? '';
    const params = new URLSearchParams({ error: 'access_denied', state, iss: provider.issuer });
    const response = await person.get(`/callback?${params}`);
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain('<code>access_denied</code>');
  });
});

describe('signing out', () => {
  it('ends the session here and goes on to the provider', async () => {
    const { person } = await signedIn();
    const before = person.cookie;
    const { statusCode, headers } = await person.get('/sign-out', 'POST');
    expect(statusCode).toBe(303);
    const address = new URL(String(headers.location));
    expect(`${address.origin}${address.pathname}`).toBe(`${provider.issuer}/logout`);
    expect(address.searchParams.get('post_logout_redirect_uri')).toBe('http://localhost:4401/');
    expect(address.searchParams.get('id_token_hint')).toMatch(/^eyJ/);
    expect((await app.inject({ url: '/', headers: { cookie: before } })).body).toContain('Welcome');
  });

  it('without a session just goes home', async () => {
    expect((await visitor().get('/sign-out', 'POST')).headers.location).toBe('/');
  });
});

describe('around it', () => {
  it('starts while the provider is down, says so, and works once it is up', async () => {
    const late = createApp(readSettings({ ISSUER: 'http://localhost:9' }));
    expect((await late.inject('/')).statusCode).toBe(200);
    const response = await late.inject('/sign-in');
    expect(response.statusCode).toBe(503);
    expect(response.body).toContain('<code>provider-unreachable</code>');
    expect(response.body).toContain('http://localhost:9');
  });

  it.each(['/', '/nowhere', '/callback', '/style.css'])('sends a strict policy on %s', async (url) => {
    const { headers } = await app.inject(url);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  it.each([
    [{ PORT: 'x' }, /PORT/],
    [{ ISSUER: 'localhost:4400' }, /ISSUER/],
    [{ ORIGIN: 'nowhere' }, /ORIGIN/],
  ])('does not start with %o', (env, message) => {
    expect(() => readSettings(env)).toThrow(message);
  });
});
