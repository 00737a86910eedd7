/** The demo application against the real provider, with everything but the sign-in page. */
import { createApp } from 'blindsight-demo';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStorage } from '../../../packages/server/src/storage/memory/index.ts';
import {
  Browser,
  faceLogin,
  type OidcApp,
  oidcApp,
  passkeyLogin,
} from '../../../packages/server/test/support/oidc-app.ts';

const origin = 'http://localhost:4401';
const secret = 'a-secret-of-the-demo-client-of-32-bytes';
let provider: OidcApp;
let demo: FastifyInstance;

beforeAll(async () => {
  const client = {
    id: 'demo',
    name: 'Demo application',
    secret,
    redirectUris: [`${origin}/callback`],
    postLogoutRedirectUris: [`${origin}/`],
  };
  provider = await oidcApp({ artifacts: memoryStorage().artifacts, clients: [client] });
  demo = createApp({
    issuer: provider.origin,
    clientId: 'demo',
    clientSecret: secret,
    origin,
    host: 'localhost',
    port: 0,
  });
});
afterAll(async () => {
  await provider.close();
  await demo.close();
});

/** One person with one browser for both sides. */
function person() {
  const browser = new Browser(provider);
  let cookie = '';
  const visit = async (url: string, method: 'GET' | 'POST' = 'GET') => {
    const response = await demo.inject({ url, method, headers: { cookie } });
    const set = response.headers['set-cookie'];
    if (typeof set === 'string') cookie = set.includes('Max-Age=0') ? '' : (set.split(';')[0] ?? '');
    return response;
  };
  return { browser, visit };
}

async function signIn({ browser, visit }: ReturnType<typeof person>, path: string, login = faceLogin()) {
  const { headers } = await visit(path);
  const { signIn: uid = '' } = await browser.follow(String(headers.location));
  const { left, signIn: again } = await browser.follow(await browser.finishLogin(uid, login));
  if (left === undefined) return { again };
  const back = await visit(left.pathname + left.search);
  return { back, home: await visit('/') };
}

describe('the demo application', () => {
  it('shows name, acr and amr of a person who signed in by face', async () => {
    const { home } = await signIn(person(), '/sign-in?face=required');
    expect(home?.body).toContain('Hello, Ada Lovelace');
    expect(home?.body).toContain('urn:blindsight:acr:sealed');
    for (const method of ['face', 'pop', 'mfa']) expect(home?.body).toContain(`>${method}</li>`);
  });

  it('with the face required is not content with a passkey: the person is asked again', async () => {
    const { again, home } = await signIn(person(), '/sign-in?face=required', passkeyLogin());
    expect(again).toBeTruthy();
    expect(home).toBeUndefined();
  });

  it('signs out at both sides, and in again', async () => {
    const ada = person();
    await signIn(ada, '/sign-in');
    const { headers } = await ada.visit('/sign-out', 'POST');
    const { response } = await ada.browser.follow(String(headers.location));
    const page = await response.text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const done = await ada.browser.fetch('/oidc/logout/confirm', {
      method: 'POST',
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
    });
    expect(done.headers.get('location')).toBe(`${origin}/`);
    expect((await ada.visit('/')).body).toContain('Sign in with Blindsight');

    const { home } = await signIn(ada, '/sign-in');
    expect(home?.body).toContain('Hello, Ada Lovelace');
  });

  it('says so when the person declines', async () => {
    const { browser, visit } = person();
    const { headers } = await visit('/sign-in');
    const { signIn: uid = '' } = await browser.follow(String(headers.location));
    const { left } = await browser.follow(await browser.abort(uid));
    const back = await visit(`${left?.pathname}${left?.search}`);
    expect(back.statusCode).toBe(400);
    expect(back.body).toContain('<code>access_denied</code>');
  });
});
