/**
 * oidc-provider's configuration for this product, as one value. Every function the library would otherwise
 * supply with a notice is given here, so nothing is left to development defaults.
 * @module
 */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { ClientConfig } from '../config.ts';
import { ServerError } from '../errors.ts';
import type { AccountLookup } from '../ports/account-lookup.ts';
import { type AdapterDeps, artifactsAdapter } from './adapter.ts';
import { clientMetadata } from './clients.ts';
import { pageError } from './error-codes.ts';
import type { OidcKeys } from './keys.ts';
import type { Levels } from './levels.ts';
import { lifetimes } from './lifetimes.ts';
import { pageLanguages, pageTexts } from './page-texts.ts';
import { errorPage, signedOutPage, signOutPage, signOutPolicy } from './pages.ts';
import { pairwise } from './pairwise.ts';
import { promptPolicy } from './policy.ts';

export interface ConfigurationInput {
  readonly secure: boolean;
  readonly clients: readonly ClientConfig[];
  readonly levels: Levels;
  readonly keys: OidcKeys;
  readonly accounts: AccountLookup;
  readonly adapter: AdapterDeps;
}

/** Which claims a scope releases. `acr`, `amr` and `auth_time` hang on `openid`, so that clients see them unasked. */
export const claimsByScope = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: ['name'],
} as const;

export function configuration(input: ConfigurationInput): Configuration {
  const { secure, clients, levels, keys, accounts } = input;
  const clientOf = new Map(clients.map((client) => [client.id, client]));
  const subject = pairwise(keys.pairwiseSalt);
  const cookie = { httpOnly: true, sameSite: 'lax', secure, signed: true } as const;

  return {
    acrValues: [...levels],
    adapter: artifactsAdapter(input.adapter),
    claims: {
      openid: [...claimsByScope.openid],
      profile: [...claimsByScope.profile],
    },
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => originOf(uri) === origin),
    // Registration knows no other; what is not offered need not be checked.
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clients: clients.map((client) => clientMetadata(client, levels)),
    clientDefaults: { subject_type: 'pairwise', id_token_signed_response_alg: 'RS256' },
    // Small installations read the ID token and nothing else: `name` belongs in it.
    conformIdTokenClaims: false,
    cookies: {
      // The session cookie is for the whole origin and can carry the prefix; the others have a path.
      names: {
        session: secure ? '__Host-blindsight_op' : 'blindsight_op',
        interaction: secure ? '__Secure-blindsight_at' : 'blindsight_at',
        resume: secure ? '__Secure-blindsight_resume' : 'blindsight_resume',
      },
      keys: [...keys.cookieKeys],
      long: cookie,
      short: cookie,
    },
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      dPoP: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      pushedAuthorizationRequests: { enabled: true },
      resourceIndicators: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          const returnTo = ctx.oidc.params?.['post_logout_redirect_uri'];
          html(ctx, signOutPage(pageTexts(ctx), ctx.oidc.client?.clientName, form));
          ctx.set(
            'content-security-policy',
            signOutPolicy(typeof returnTo === 'string' ? returnTo : undefined),
          );
        },
        postLogoutSuccessSource: (ctx) => html(ctx, signedOutPage(pageTexts(ctx))),
      },
      userinfo: { enabled: true },
    },
    discovery: { ui_locales_supported: [...pageLanguages] },
    findAccount: async (_ctx, accountId) => {
      const account = await accounts.find(accountId);
      return account && { accountId, claims: () => ({ sub: accountId, name: account.displayName }) };
    },
    interactions: {
      policy: promptPolicy(levels, (id) => clientOf.get(id)),
      url: (_ctx, interaction) => signInPage(interaction.uid, interaction.params['ui_locales']),
    },
    jwks: { keys: keys.jwks.map((jwk) => ({ ...jwk })) as NonNullable<Configuration['jwks']>['keys'] },
    loadExistingGrant: (ctx) => existingGrant(ctx, clientOf),
    pairwiseIdentifier: (_ctx, accountId, client) => subject(accountId, sectorOf(client)),
    pkce: { required: () => true },
    renderError: (ctx, out, error) => {
      html(ctx, errorPage(pageTexts(ctx), pageError(out, error)));
    },
    responseTypes: clients.some((client) => client.implicitIdToken) ? ['code', 'id_token'] : ['code'],
    rotateRefreshToken: true,
    routes: {
      authorization: '/oidc/auth',
      end_session: '/oidc/logout',
      introspection: '/oidc/introspect',
      jwks: '/oidc/jwks',
      pushed_authorization_request: '/oidc/par',
      revocation: '/oidc/revoke',
      token: '/oidc/token',
      userinfo: '/oidc/userinfo',
    },
    scopes: ['openid', 'offline_access'],
    subjectTypes: ['pairwise'],
    ttl: lifetimes,
  };
}

/** The page speaks the languages that the application asked for, when it has one of them. */
function signInPage(uid: string, uiLocales: unknown): string {
  const asked = typeof uiLocales === 'string' ? `?${new URLSearchParams({ ui_locales: uiLocales })}` : '';
  return `/sign-in/${uid}${asked}`;
}

function html(ctx: KoaContextWithOIDC, body: string): void {
  ctx.type = 'html';
  ctx.body = body;
}

/** OpenID Connect Core 8.1: the host of the redirect addresses. `clientMetadata` made sure there is one. */
function sectorOf(client: { redirectUris?: readonly string[] | undefined }): string {
  const [first] = client.redirectUris ?? [];
  if (first === undefined) throw new ServerError('bad-configuration');
  return new URL(first).host;
}

function originOf(uri: string): string | undefined {
  return URL.parse(uri)?.origin;
}

/** The grant of this session and client; for the operator's own applications one is made without asking. */
async function existingGrant(ctx: KoaContextWithOIDC, clientOf: ReadonlyMap<string, ClientConfig>) {
  const { oidc } = ctx;
  const clientId = oidc.client?.clientId;
  if (clientId === undefined) return undefined;

  const grantId = oidc.result?.consent?.grantId ?? oidc.session?.grantIdFor(clientId);
  const found = grantId === undefined ? undefined : await oidc.provider.Grant.find(grantId);
  if (!clientOf.get(clientId)?.skipConsent) return found;

  const accountId = oidc.session?.accountId;
  if (accountId === undefined) return found;
  const grant = found ?? new oidc.provider.Grant({ accountId, clientId });
  grant.addOIDCScope([...oidc.requestParamOIDCScopes]);
  grant.addOIDCClaims([...oidc.requestParamClaims]);
  await grant.save();
  return grant;
}
