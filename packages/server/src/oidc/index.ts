/**
 * The OpenID provider: `/oidc/*` and discovery as one node handler, and the interactions the sign-in page
 * works with. This folder alone imports oidc-provider.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import Provider from 'oidc-provider';
import type { OidcDeps, OidcService } from '../ports/oidc.ts';
import { type BrowserBinding, browserBinding } from './browser-binding.ts';
import { type ConfigurationInput, configuration } from './configuration.ts';
import { type OidcListener, report } from './events.ts';
import { createInteractions } from './interactions.ts';
import { loadKeys } from './keys.ts';
import { levelsOf } from './levels.ts';
import { lifetimes } from './lifetimes.ts';
import { pagePolicy } from './pages.ts';

export type { OidcEvent, OidcListener } from './events.ts';
export { mountOidc } from './mount.ts';

export interface CreateOidcDeps extends OidcDeps {
  /** Told what happened, for the audit log. */
  readonly audit?: OidcListener;
}

export interface ReloadableOidc extends OidcService {
  /**
   * Reads the signing keys again and puts a new provider in service; requests already running end on the old one.
   * To rotate without a gap: publish the next key second, reload, wait until clients have fetched the key set,
   * then move it to the front and reload.
   */
  reload(): Promise<void>;
}

/** @throws {ServerError} `dev-keys-in-production`, `bad-configuration` */
export async function createOidc(deps: CreateOidcDeps): Promise<ReloadableOidc> {
  const { config, accounts, artifacts, signingKeys, logger, clock } = deps;
  const secure = config.origin.startsWith('https:');
  const levels = levelsOf(config);

  const listener: OidcListener = (event) => {
    if (event.type === 'oidc.failed') logger.error(event, 'the OpenID provider failed');
    else logger.info(event, 'openid');
    deps.audit?.(event);
  };

  const build = async () => {
    const keys = await loadKeys(signingKeys, config.production);
    const binding = browserBinding(keys.cookieKeys, secure);
    const onReplay = (model: string) => listener({ type: 'oidc.replayed', model });
    const adapter = { artifacts, clock, onReplay };
    const provider = newProvider(config.origin, binding, listener, {
      secure,
      clients: config.clients,
      levels,
      keys,
      accounts,
      adapter,
    });
    return { provider, binding, callback: provider.callback() };
  };

  let current = await build();
  const ownAddress = addressedAs(config.origin);

  return {
    handler(req, res) {
      ownAddress(req);
      return current.callback(req, res);
    },
    interactions: createInteractions({
      provider: () => current.provider,
      beganHere: (uid, cookie) => current.binding.holds(uid, cookie),
      clients: config.clients,
      levels,
      clock,
    }),
    async reload() {
      current = await build();
    },
  };
}

function newProvider(
  origin: string,
  binding: BrowserBinding,
  listener: OidcListener,
  input: ConfigurationInput,
): Provider {
  const provider = new Provider(origin, configuration(input));
  // Only `addressedAs` writes the forwarding headers it believes.
  provider.proxy = true;

  provider.use(async (ctx, next) => {
    ctx.set('content-security-policy', pagePolicy);
    ctx.set('referrer-policy', 'no-referrer');
    await next();
    // The library adds the hash of its own script to the directive; beside it 'none' would only be ignored.
    const policy = ctx.response.get('content-security-policy');
    ctx.set('content-security-policy', policy.replace("script-src 'none' 'sha256-", "script-src 'sha256-"));
  });
  provider.on('interaction.started', (ctx) => {
    const uid = ctx.oidc.entities.Interaction?.uid;
    if (uid !== undefined) ctx.append('set-cookie', binding.bind(uid, lifetimes.Interaction));
  });
  provider.on('interaction.ended', (ctx) => {
    const uid = ctx.oidc.entities.Interaction?.uid;
    if (uid !== undefined) ctx.append('set-cookie', binding.release(uid));
  });
  report(provider, listener);
  return provider;
}

/**
 * The library derives addresses and cookie security from the request. Here they follow from the configured
 * origin alone, whatever `Host` or forwarding headers a client sends.
 */
function addressedAs(origin: string): (req: IncomingMessage) => void {
  const { host, protocol } = new URL(origin);
  return ({ headers }) => {
    headers.host = host;
    headers['x-forwarded-host'] = host;
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
  };
}

/** What `handler` is, for those who mount it themselves. */
export type OidcHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void> | void;
