/**
 * Registered applications: from our configuration to oidc-provider's client metadata.
 * @module
 */
import type { ClientMetadata } from 'oidc-provider';
import type { ClientConfig } from '../config.ts';
import { ServerError } from '../errors.ts';
import { type Levels, levelOf } from './levels.ts';

/**
 * Every client gets code + PKCE and refresh; `id_token` by implicit flow only where its entry says so.
 * Redirect addresses are compared exactly, for custom schemes and loopback addresses too.
 * @throws {ServerError} `bad-configuration` when an entry cannot be served.
 */
export function clientMetadata(client: ClientConfig, levels: Levels): ClientMetadata {
  checkClient(client, levels);
  const implicit = client.implicitIdToken === true;
  return {
    client_id: client.id,
    client_name: client.name,
    ...(client.secret === undefined ? {} : { client_secret: client.secret }),
    // The library accepts basic and post alike from a client with a secret.
    token_endpoint_auth_method: client.secret === undefined ? 'none' : 'client_secret_basic',
    application_type: client.redirectUris.every(isWeb) ? 'web' : 'native',
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...(client.postLogoutRedirectUris ?? [])],
    response_types: implicit ? ['code', 'id_token'] : ['code'],
    grant_types: ['authorization_code', 'refresh_token', ...(implicit ? ['implicit'] : [])],
    subject_type: 'pairwise',
  };
}

function checkClient({ id, redirectUris, requiredAcr }: ClientConfig, levels: Levels): void {
  const refuse = (reason: string) => {
    throw new ServerError('bad-configuration', { details: { client: id, reason } });
  };
  if (redirectUris.length === 0) refuse('no redirect address');
  for (const uri of redirectUris) {
    if (!URL.canParse(uri) || uri.includes('#') || uri.includes('*')) refuse(`not an exact address: ${uri}`);
  }
  // The sector of pairwise identifiers is this one host.
  if (new Set(redirectUris.map((uri) => new URL(uri).host)).size > 1) {
    refuse('redirect addresses on several hosts; register one client for each');
  }
  if (requiredAcr !== undefined && levelOf(levels, requiredAcr) === 0) refuse(`unknown acr: ${requiredAcr}`);
}

function isWeb(uri: string): boolean {
  return /^https?:\/\//.test(uri);
}
