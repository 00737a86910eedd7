/**
 * What the provider reports about itself: who was let in where, and what was refused and why.
 * Identifiers and codes only; no token, code, cookie or claim value has a field here.
 * @module
 */
import type Provider from 'oidc-provider';
import type { errors, KoaContextWithOIDC } from 'oidc-provider';

export type OidcEvent =
  /** A person was sent back to an application with a code. */
  | {
      readonly type: 'oidc.authorized';
      clientId: string;
      accountId: string;
      acr: string;
      amr: readonly string[];
    }
  /** Tokens left the token endpoint. */
  | { readonly type: 'oidc.tokens-issued'; clientId: string; accountId: string; grantType: string }
  /** `code` is the OAuth error. */
  | { readonly type: 'oidc.refused'; endpoint: string; clientId: string; code: string }
  /** A code or refresh token was presented twice; everything issued with it was revoked. */
  | { readonly type: 'oidc.replayed'; model: string }
  | { readonly type: 'oidc.grant-revoked'; clientId: string }
  | { readonly type: 'oidc.signed-out'; clientId: string }
  | { readonly type: 'oidc.failed'; endpoint: string; reason: string };

export type OidcListener = (event: OidcEvent) => void;

export function report(provider: Provider, listener: OidcListener): void {
  provider.on('authorization.success', (ctx) => {
    listener({
      type: 'oidc.authorized',
      clientId: clientId(ctx),
      accountId: ctx.oidc.session?.accountId ?? '',
      acr: ctx.oidc.session?.acr ?? '',
      amr: ctx.oidc.session?.amr ?? [],
    });
  });
  provider.on('grant.success', (ctx) => {
    const grantType = String(ctx.oidc.params?.['grant_type'] ?? '');
    const accountId = ctx.oidc.account?.accountId ?? '';
    listener({ type: 'oidc.tokens-issued', clientId: clientId(ctx), accountId, grantType });
  });
  provider.on('grant.revoked', (ctx) => listener({ type: 'oidc.grant-revoked', clientId: clientId(ctx) }));
  provider.on('end_session.success', (ctx) => listener({ type: 'oidc.signed-out', clientId: clientId(ctx) }));

  const refused = (ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) => {
    listener({ type: 'oidc.refused', endpoint: endpoint(ctx), clientId: clientId(ctx), code: error.error });
  };
  provider.on('authorization.error', refused);
  provider.on('grant.error', refused);
  provider.on('pushed_authorization_request.error', refused);
  provider.on('introspection.error', refused);
  provider.on('revocation.error', refused);
  provider.on('userinfo.error', refused);
  provider.on('end_session.error', refused);

  provider.on('server_error', (ctx, error) => {
    listener({ type: 'oidc.failed', endpoint: endpoint(ctx), reason: `${error.name}: ${error.message}` });
  });
}

/** Only a client that was found; an unknown id is a stranger's text and does not belong in the log. */
function clientId(ctx: KoaContextWithOIDC): string {
  return ctx.oidc.client?.clientId ?? '';
}

function endpoint(ctx: KoaContextWithOIDC): string {
  return ctx.oidc.route ?? '';
}
