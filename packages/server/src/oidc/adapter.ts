/**
 * oidc-provider's storage, over the `Artifacts` port. Two things are added on the way:
 *
 * - Redemption is conditional. The library ignores how many rows `consume` changed, so with any asynchronous
 *   store parallel redemptions of one code or refresh token would all succeed. Here the losers throw, and
 *   since a second presentation means that somebody has a copy, the grant goes (RFC 9700, 2.1.1 and 4.14.2).
 * - Identifiers are bearer secrets (a token, a session cookie), so the store holds their SHA-256 only:
 *   a stolen database opens no session.
 * @module
 */
import { hash } from 'node:crypto';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { ArtifactPayload, Artifacts } from '../ports/artifacts.ts';

export interface AdapterDeps {
  readonly artifacts: Artifacts;
  /** ms since the Unix epoch. */
  readonly clock: () => number;
  readonly onReplay?: (model: string, grantId: string | undefined) => void;
}

/** One adapter per model name, as oidc-provider asks for them. */
export function artifactsAdapter(deps: AdapterDeps): (model: string) => Adapter {
  return (model) => new ArtifactAdapter(model, deps);
}

class ArtifactAdapter implements Adapter {
  readonly #model: string;
  readonly #deps: AdapterDeps;

  constructor(model: string, deps: AdapterDeps) {
    this.#model = model;
    this.#deps = deps;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const { artifacts, clock } = this.#deps;
    await artifacts.upsert(this.#model, key(id), toStored(this.#model, payload), expiresIn, clock());
    // The library looks for a replayed proof first and stores it then; between the two there is room for many.
    if (this.#model === 'ReplayDetection' && !(await artifacts.consume(this.#model, key(id), clock()))) {
      throw new errors.InvalidRequest('the proof was used already');
    }
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const { artifacts, clock } = this.#deps;
    const found = await artifacts.find(this.#model, key(id), clock());
    return found && fromStored(found, id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const { artifacts, clock } = this.#deps;
    const found = await artifacts.findByUid(this.#model, uid, clock());
    return found && fromStored(found);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const { artifacts, clock } = this.#deps;
    const found = await artifacts.findByUserCode(this.#model, userCode, clock());
    return found && fromStored(found);
  }

  /** @throws {errors.InvalidGrant} or `InvalidRequestUri` for everyone but the first. */
  async consume(id: string): Promise<void> {
    const { artifacts, clock, onReplay } = this.#deps;
    if (await artifacts.consume(this.#model, key(id), clock())) return;

    const grantId = (await artifacts.find(this.#model, key(id), clock()))?.grantId;
    if (grantId !== undefined) {
      // Without its grant, what the winner received stops working as well.
      await artifacts.destroy('Grant', key(grantId));
      await artifacts.revokeByGrantId(grantId);
    }
    onReplay?.(this.#model, grantId);
    if (this.#model === 'PushedAuthorizationRequest') {
      throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
    }
    throw new errors.InvalidGrant('already used');
  }

  async destroy(id: string): Promise<void> {
    await this.#deps.artifacts.destroy(this.#model, key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#deps.artifacts.revokeByGrantId(grantId);
  }
}

function key(id: string): string {
  return hash('sha256', id, 'base64url');
}

/** What is issued under a grant and falls with it. */
const issued: ReadonlySet<string> = new Set([
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
]);

/**
 * Without the identifier it is stored under, and without the copy of the session cookie in an interaction.
 * An interaction also names a grant, but is not issued under it: when a person replaces another at the
 * provider the old grants go, and the sign-in in progress must not go with them. So there it is no index.
 */
function toStored(model: string, { jti: _jti, ...payload }: AdapterPayload): ArtifactPayload {
  const stored: Record<string, unknown> = { ...payload };
  if (!issued.has(model) && stored['grantId'] !== undefined) {
    stored['namedGrantId'] = stored['grantId'];
    delete stored['grantId'];
  }
  if (model === 'Interaction' && stored['session'] !== undefined) {
    const { cookie: _cookie, ...session } = stored['session'] as Record<string, unknown>;
    stored['session'] = session;
  }
  return stored;
}

function fromStored({ namedGrantId, ...payload }: ArtifactPayload, id?: string): AdapterPayload {
  return {
    ...payload,
    ...(namedGrantId === undefined ? {} : { grantId: namedGrantId }),
    ...(id === undefined ? {} : { jti: id }),
  } as AdapterPayload;
}
