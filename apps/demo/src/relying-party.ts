/**
 * Everything an application needs to sign people in: go there, come back, sign out. Any OpenID Connect
 * library does the same; this is openid-client. Nothing here knows HTTP frameworks, sessions or pages.
 * @module
 */
import * as client from 'openid-client';

export interface Registration {
  /** The provider, e.g. `http://localhost:4400`. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  /** Where the provider sends people back to, exactly as registered there. */
  readonly redirectUri: string;
}

/** What must match when the person comes back. Keep it in their session, use it once. */
export interface Checks {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** The assurance level asked for, if any. */
  readonly acr?: string;
}

export interface SignedIn {
  /** Verified: signature, issuer, audience, expiry and nonce. */
  readonly claims: client.IDToken;
  readonly idToken: string;
}

/** The provider answered at a lower level than the one asked for. Asking alone proves nothing: look at the token. */
export class AssuranceTooLow extends Error {
  override readonly name = 'AssuranceTooLow';
}

export type Provider = client.Configuration;

/** Reads the provider's discovery document. Rejects while the provider is down. */
export function discover({ issuer, clientId, clientSecret }: Registration): Promise<Provider> {
  const authentication = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
  const plainHttp = new URL(issuer).protocol === 'http:';
  return client.discovery(new URL(issuer), clientId, undefined, authentication, {
    execute: plainHttp ? [client.allowInsecureRequests] : [], // a provider on this machine only
  });
}

/**
 * The address to send the person to.
 * @param acr the assurance level to ask for, e.g. `urn:blindsight:acr:sealed` to require the face
 */
export async function begin(
  provider: Provider,
  redirectUri: string,
  acr?: string,
): Promise<{ address: URL; checks: Checks }> {
  const checks = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    codeVerifier: client.randomPKCECodeVerifier(),
    ...(acr === undefined ? {} : { acr }),
  };
  const address = client.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri,
    scope: 'openid profile',
    state: checks.state,
    nonce: checks.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.codeVerifier),
    code_challenge_method: 'S256',
    ...(acr === undefined ? {} : { acr_values: acr }),
  });
  return { address, checks };
}

/** Exchanges the code in `currentUrl` for a verified ID token. Rejects when anything does not match. */
export async function finish(provider: Provider, currentUrl: URL, checks: Checks): Promise<SignedIn> {
  const tokens = await client.authorizationCodeGrant(provider, currentUrl, {
    expectedState: checks.state,
    expectedNonce: checks.nonce,
    pkceCodeVerifier: checks.codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims()!;
  if (checks.acr !== undefined && claims['acr'] !== checks.acr) throw new AssuranceTooLow();
  return { claims, idToken: tokens.id_token! };
}

/** The address that ends the session at the provider too, and comes back to `returnTo`. */
export function signOutAddress(provider: Provider, idToken: string, returnTo: string): URL {
  return client.buildEndSessionUrl(provider, {
    id_token_hint: idToken,
    post_logout_redirect_uri: returnTo,
  });
}
