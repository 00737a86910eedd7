/**
 * A provider with everything real but the sign-in page: a browser that keeps cookies and answers interactions
 * with what the test says was proven.
 * @module
 */
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import * as client from 'openid-client';
import type { ClientConfig, ServerConfig } from '../../src/config.ts';
import { createOidc, mountOidc, type OidcEvent, type ReloadableOidc } from '../../src/oidc/index.ts';
import type { Artifacts } from '../../src/ports/artifacts.ts';
import { silentLogger } from '../../src/ports/logger.ts';
import { acr, type LoginResult } from '../../src/ports/oidc.ts';
import type { SigningKeys } from '../../src/ports/signing-keys.ts';

export const callback = 'http://app.test/callback';
export const signedOut = 'http://app.test/';

export const demoClient: ClientConfig = {
  id: 'demo',
  name: 'Demo <b>shop</b>',
  secret: 'a-secret-of-the-demo-client-of-32-bytes',
  redirectUris: [callback],
  postLogoutRedirectUris: [signedOut],
};

/** Slow on purpose: every call yields, so that parallel requests really overlap. */
export function slowed(artifacts: Artifacts): Artifacts {
  return new Proxy(artifacts, {
    get(target, name: keyof Artifacts) {
      return async (...args: unknown[]) => {
        await turn();
        const result = await (target[name] as (...a: unknown[]) => unknown).apply(target, args);
        await turn();
        return result;
      };
    },
  });
}

const rsa = generateKeyPair('RS256', { extractable: true });

export async function signingKeys(kids: readonly string[] = ['first']): Promise<SigningKeys> {
  const jwks: JWK[] = [];
  for (const [i, kid] of kids.entries()) {
    const pairs = {
      RS256: i === 0 ? await rsa : await generateKeyPair('RS256', { extractable: true }),
      ES256: await generateKeyPair('ES256', { extractable: true }),
    };
    for (const [alg, pair] of Object.entries(pairs)) {
      jwks.push({ ...(await exportJWK(pair.privateKey)), kid: `${kid}-${alg}`, alg, use: 'sig' });
    }
  }
  const random = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
  const [cookie, salt] = [random(), random()];
  return { jwks: async () => jwks, cookieKeys: async () => [cookie], pairwiseSalt: async () => salt };
}

export interface OidcApp {
  readonly app: FastifyInstance;
  readonly oidc: ReloadableOidc;
  readonly origin: string;
  readonly events: OidcEvent[];
  readonly accounts: Map<string, string>;
  close(): Promise<void>;
}

export interface OidcAppOptions {
  readonly artifacts: Artifacts;
  readonly clients?: readonly ClientConfig[];
  readonly signingKeys?: SigningKeys;
  readonly production?: boolean;
  readonly image?: Pick<ServerConfig['image'], 'check'>;
}

export async function oidcApp(options: OidcAppOptions): Promise<OidcApp> {
  const app = fastify();
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-from-the-shell', 'yes');
  });
  // The address is the issuer, so it must be known before the provider is made.
  let oidc: ReloadableOidc | undefined;
  mountOidc(app, { handler: (req, res) => oidc?.handler(req, res) });
  await app.listen({ port: 0, host: 'localhost' });
  const origin = `http://localhost:${(app.server.address() as AddressInfo).port}`;

  const accounts = new Map([
    ['account-a', 'Ada Lovelace'],
    ['account-b', 'Blaise Pascal'],
  ]);
  const events: OidcEvent[] = [];
  oidc = await createOidc({
    config: {
      origin,
      production: options.production ?? false,
      image: options.image ?? { check: 'off' },
      clients: options.clients ?? [demoClient],
    } as ServerConfig,
    accounts: {
      async find(id) {
        const displayName = accounts.get(id);
        return displayName === undefined ? undefined : { id, displayName, createdAt: 0 };
      },
    },
    artifacts: options.artifacts,
    signingKeys: options.signingKeys ?? (await signingKeys()),
    logger: silentLogger,
    clock: Date.now,
    audit: (event) => events.push(event),
  });
  return { app, oidc, origin, events, accounts, close: () => app.close() };
}

export async function relyingParty(
  app: OidcApp,
  { id, secret }: Pick<ClientConfig, 'id' | 'secret'> = demoClient,
): Promise<client.Configuration> {
  const authentication = secret === undefined ? client.None() : client.ClientSecretBasic(secret);
  return client.discovery(new URL(app.origin), id, undefined, authentication, {
    execute: [client.allowInsecureRequests],
  });
}

export const faceLogin = (over: Partial<LoginResult> = {}): LoginResult => ({
  accountId: 'account-a',
  acr: acr.sealed,
  amr: ['face', 'pop', 'mfa', 'user'],
  authTime: Date.now(),
  ...over,
});

export const passkeyLogin = (over: Partial<LoginResult> = {}): LoginResult =>
  faceLogin({ acr: acr.pop, amr: ['pop', 'swk', 'user', 'mfa'], ...over });

/** A browser as far as redirects and cookies go. */
export class Browser {
  readonly #jar = new Map<string, { name: string; value: string; path: string }>();
  readonly #app: OidcApp;

  constructor(app: OidcApp) {
    this.#app = app;
  }

  cookieFor(path: string): string {
    return [...this.#jar.values()]
      .filter((cookie) => path === cookie.path || path.startsWith(cookie.path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  async fetch(address: string | URL, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address, this.#app.origin);
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...init.headers, cookie: this.cookieFor(url.pathname) },
    });
    for (const line of response.headers.getSetCookie()) this.#store(line);
    return response;
  }

  #store(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    const path = attributes.find((a) => /^path=/i.test(a))?.slice(5) ?? '/';
    const gone = value === '' || attributes.some((a) => /^(max-age=0|expires=Thu, 01 Jan 1970)/i.test(a));
    if (gone) this.#jar.delete(`${path} ${name}`);
    else this.#jar.set(`${path} ${name}`, { name, value, path });
  }

  /** Follows redirects of the provider until one leaves it, or a page or the sign-in page is reached. */
  async follow(address: string | URL): Promise<{ response: Response; left?: URL; signIn?: string }> {
    let at = new URL(address, this.#app.origin);
    for (let hops = 0; hops < 10; hops++) {
      if (at.origin !== this.#app.origin) return { response: Response.error(), left: at };
      const uid = /^\/sign-in\/([\w-]+)$/.exec(at.pathname)?.[1];
      if (uid !== undefined) return { response: Response.error(), signIn: uid };
      const response = await this.fetch(at);
      const location = response.headers.get('location');
      if (location === null) return { response };
      at = new URL(location, at);
    }
    throw new Error('too many redirects');
  }

  /** The request as the routes of the shell would see it. */
  request(uid: string): { req: never; res: never; uid: string } {
    return {
      req: { headers: { cookie: this.cookieFor('/v1/interactions') } } as never,
      res: {} as never,
      uid,
    };
  }

  details(uid: string) {
    const { req, res } = this.request(uid);
    return this.#app.oidc.interactions.details(req, res, uid);
  }

  finishLogin(uid: string, login: LoginResult): Promise<string> {
    const { req, res } = this.request(uid);
    return this.#app.oidc.interactions.finishLogin(req, res, uid, login);
  }

  finishConsent(uid: string): Promise<string> {
    const { req, res } = this.request(uid);
    return this.#app.oidc.interactions.finishConsent(req, res, uid);
  }

  abort(uid: string): Promise<string> {
    const { req, res } = this.request(uid);
    return this.#app.oidc.interactions.abort(req, res, uid);
  }
}

export interface Begun {
  readonly url: URL;
  readonly verifier: string;
  readonly nonce: string;
  readonly state: string;
}

export async function begin(rp: client.Configuration, extra: Record<string, string> = {}): Promise<Begun> {
  const [verifier, nonce, state] = [
    client.randomPKCECodeVerifier(),
    client.randomNonce(),
    client.randomState(),
  ];
  const url = client.buildAuthorizationUrl(rp, {
    redirect_uri: callback,
    scope: 'openid profile',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
    state,
    ...extra,
  });
  return { url, verifier, nonce, state };
}

export function redeem(rp: client.Configuration, begun: Begun, at: URL) {
  return client.authorizationCodeGrant(rp, at, {
    pkceCodeVerifier: begun.verifier,
    expectedNonce: begun.nonce,
    expectedState: begun.state,
    idTokenExpected: true,
  });
}

/** The whole way of one sign-in: to the provider, through the page, back with tokens. */
export async function signIn(
  browser: Browser,
  rp: client.Configuration,
  login: LoginResult = faceLogin(),
  extra: Record<string, string> = {},
) {
  const begun = await begin(rp, extra);
  const { signIn: uid } = await browser.follow(begun.url);
  if (uid === undefined) throw new Error('no interaction');
  const { left } = await browser.follow(await browser.finishLogin(uid, login));
  if (left === undefined) throw new Error('did not return to the application');
  return { begun, left, tokens: await redeem(rp, begun, left) };
}
