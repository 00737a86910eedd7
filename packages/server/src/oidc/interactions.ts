/**
 * What the sign-in page may ask and tell the provider about one interaction.
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import type { ClientConfig } from '../config.ts';
import { ServerError } from '../errors.ts';
import type { InteractionDetails, Interactions, LoginResult } from '../ports/oidc.ts';
import { claimsByScope } from './configuration.ts';
import { demandedAcr, type Levels } from './levels.ts';
import { requestedAcr } from './requested-acr.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

export interface InteractionsDeps {
  /** The provider in service now; it is replaced when keys rotate. */
  readonly provider: () => Provider;
  /** Whether the `Cookie` header is of the browser that began the interaction. */
  readonly beganHere: (uid: string, cookieHeader: string | undefined) => boolean;
  readonly clients: readonly ClientConfig[];
  readonly levels: Levels;
  /** ms since the Unix epoch. */
  readonly clock: () => number;
}

export function createInteractions(deps: InteractionsDeps): Interactions {
  const { clock } = deps;

  return {
    async details(req, _res, uid) {
      return describe(await open(deps, req, uid), deps);
    },

    async finishLogin(req, _res, uid, login) {
      const interaction = await open(deps, req, uid, 'login');
      requireFresh(interaction, login, clock());
      const grantId = await grantAll(deps.provider(), interaction, login.accountId);
      return settle(interaction, clock(), {
        login: {
          accountId: login.accountId,
          acr: login.acr,
          amr: [...login.amr],
          ts: Math.floor(login.authTime / 1000),
          remember: true,
        },
        consent: { grantId },
      });
    },

    async finishConsent(req, _res, uid) {
      const interaction = await open(deps, req, uid, 'consent');
      const accountId = interaction.session?.accountId;
      if (accountId === undefined) throw new ServerError('interaction-expired');
      const grantId = await grantAll(deps.provider(), interaction, accountId);
      return settle(interaction, clock(), { consent: { grantId } });
    },

    async abort(req, _res, uid) {
      const interaction = await open(deps, req, uid);
      const error_description = 'the person did not approve the request';
      return settle(interaction, clock(), { error: 'access_denied', error_description });
    },
  };
}

/**
 * The interaction, if it lives and this browser began it.
 * @throws {ServerError} `interaction-expired` otherwise; the two are not told apart.
 */
async function open(
  deps: InteractionsDeps,
  req: IncomingMessage,
  uid: string,
  prompt?: 'login' | 'consent',
): Promise<Interaction> {
  const provider = deps.provider();
  const interaction = deps.beganHere(uid, req.headers.cookie)
    ? await provider.Interaction.find(uid)
    : undefined;
  if (!interaction) throw new ServerError('interaction-expired');
  if (prompt !== undefined && interaction.prompt.name !== prompt)
    throw new ServerError('interaction-expired');

  // Somebody else signed in or out at the provider since: what this page shows is no longer true.
  const { session } = interaction;
  if (session?.uid !== undefined) {
    const now = await provider.Session.findByUid(session.uid);
    if (now?.accountId !== session.accountId) throw new ServerError('interaction-expired');
  }
  return interaction;
}

function describe(
  interaction: Interaction,
  { clients, levels }: Pick<InteractionsDeps, 'clients' | 'levels'>,
): InteractionDetails {
  const { params, prompt, session } = interaction;
  const client = clients.find(({ id }) => id === params['client_id']);
  if (!client) throw new ServerError('unknown-client');

  const acrRequested = demandedAcr(levels, requestedAcr(params, client));
  const loginHint = params['login_hint'];
  return {
    uid: interaction.uid,
    client: { id: client.id, name: client.name },
    claims: claimNames(params),
    prompt: prompt.name === 'consent' ? 'consent' : 'login',
    ...(acrRequested === undefined ? {} : { acrRequested }),
    ...(typeof loginHint === 'string' ? { loginHint } : {}),
    ...(session?.accountId === undefined ? {} : { accountId: session.accountId }),
  };
}

/** In the order a person should read them: who you are first, how you signed in last. */
function claimNames(params: Readonly<Record<string, unknown>>): string[] {
  const scopes = scopesOf(params);
  const granted = [
    ...Object.entries(claimsByScope).flatMap(([scope, names]) => (scopes.includes(scope) ? names : [])),
    ...claimsOf(params),
  ];
  return ['name', ...claimsByScope.openid].filter((name) => granted.includes(name));
}

function scopesOf(params: Readonly<Record<string, unknown>>): string[] {
  const supported = ['openid', 'profile', 'offline_access'];
  return String(params['scope'] ?? '')
    .split(' ')
    .filter((scope) => supported.includes(scope));
}

/** Names asked for one by one in the `claims` parameter (validated as JSON by the library). */
function claimsOf(params: Readonly<Record<string, unknown>>): string[] {
  if (typeof params['claims'] !== 'string') return [];
  const { id_token = {}, userinfo = {} } = JSON.parse(params['claims']);
  return [...Object.keys(id_token), ...Object.keys(userinfo)];
}

/**
 * `prompt=login` and `max_age` ask for a sign-in now; one that was made before this interaction began
 * (a session of the account page, say) does not answer them.
 * @throws {ServerError} `reauthentication-required`
 */
function requireFresh(interaction: Interaction, login: LoginResult, now: number): void {
  const { params, iat } = interaction;
  const madeHere = login.authTime >= iat * 1000;
  if (madeHere) return;
  const maxAge = params['max_age'] === undefined ? Number.POSITIVE_INFINITY : Number(params['max_age']);
  const promptLogin = String(params['prompt'] ?? '')
    .split(' ')
    .includes('login');
  if (promptLogin || now - login.authTime > maxAge * 1000) throw new ServerError('reauthentication-required');
}

/** The sign-in page showed what is asked for, so finishing there grants it. Resolves to the grant's id. */
async function grantAll(provider: Provider, interaction: Interaction, accountId: string): Promise<string> {
  const clientId = String(interaction.params['client_id']);
  const known =
    interaction.grantId === undefined ? undefined : await provider.Grant.find(interaction.grantId);
  const grant = known?.accountId === accountId ? known : new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scopesOf(interaction.params));
  grant.addOIDCClaims(claimsOf(interaction.params));
  return grant.save();
}

/** Stores the result where the resume address will find it, and says where that is. */
async function settle(interaction: Interaction, now: number, result: InteractionResults): Promise<string> {
  interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result };
  await interaction.save(interaction.exp - Math.floor(now / 1000));
  return interaction.returnTo;
}
