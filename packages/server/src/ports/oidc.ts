/**
 * Port: what the core of the server expects from the OpenID provider (`src/oidc`, the only importer of
 * oidc-provider), and what it gives it.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerConfig } from '../config.ts';
import type { AccountLookup } from './account-lookup.ts';
import type { Artifacts } from './artifacts.ts';
import type { Logger } from './logger.ts';
import type { SigningKeys } from './signing-keys.ts';

export const acr = {
  /** Passkey: possession of a key, with user verification. */
  pop: 'urn:blindsight:acr:pop',
  /** Sealed face sign-in: device key and face, compared under encryption. */
  sealed: 'urn:blindsight:acr:sealed',
  /** The same, and the encrypted-image check after it; only where the operator has it on. */
  image: 'urn:blindsight:acr:sealed+image',
} as const;
export type Acr = (typeof acr)[keyof typeof acr];

/** RFC 8176 names where they exist. Only what was really proven is listed. */
export type Amr = 'face' | 'pop' | 'hwk' | 'swk' | 'user' | 'mfa';

export interface InteractionDetails {
  readonly uid: string;
  readonly client: { readonly id: string; readonly name: string };
  /** Names of the claims the application will receive. */
  readonly claims: readonly string[];
  readonly prompt: 'login' | 'consent';
  /** The highest of ours the application asked for, if any. */
  readonly acrRequested?: string;
  readonly loginHint?: string;
  /** Who is signed in at the provider already (consent prompt, or re-login by `max_age`). */
  readonly accountId?: string;
}

/** What was proven, by whom, when. */
export interface LoginResult {
  readonly accountId: string;
  readonly acr: Acr;
  readonly amr: readonly Amr[];
  /** ms since the Unix epoch. */
  readonly authTime: number;
}

/**
 * Interactions are bound to the browser by the provider's own cookie: every method checks that the cookie
 * in `req` belongs to `uid` and throws `interaction-expired` when it does not, or when it ran out.
 * `res` is given because cookies may have to be set; the methods never end it.
 */
export interface Interactions {
  details(req: IncomingMessage, res: ServerResponse, uid: string): Promise<InteractionDetails>;
  /** Resolves to the address the browser goes to next (same origin, under /oidc). */
  finishLogin(req: IncomingMessage, res: ServerResponse, uid: string, login: LoginResult): Promise<string>;
  finishConsent(req: IncomingMessage, res: ServerResponse, uid: string): Promise<string>;
  /** The person said no; the application receives `access_denied`. */
  abort(req: IncomingMessage, res: ServerResponse, uid: string): Promise<string>;
}

export interface OidcService {
  /** Serves `/oidc/*` and `/.well-known/openid-configuration`; ends the response itself. */
  handler(req: IncomingMessage, res: ServerResponse): Promise<void> | void;
  readonly interactions: Interactions;
  /** Whether the account was removed: revokes everything issued for it. Optional in the first version. */
  forgetAccount?(accountId: string): Promise<void>;
}

export interface OidcDeps {
  readonly config: ServerConfig;
  readonly accounts: AccountLookup;
  readonly artifacts: Artifacts;
  readonly signingKeys: SigningKeys;
  readonly logger: Logger;
  /** ms since the Unix epoch. */
  readonly clock: () => number;
}

/** The signature of `createOidc` in `src/oidc/index.ts`. */
export type CreateOidc = (deps: OidcDeps) => Promise<OidcService>;
