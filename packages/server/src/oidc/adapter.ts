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
    await artifacts.upsert(this.#model, key(id), withoutSecrets(payload), expiresIn, clock());
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const { artifacts, clock } = this.#deps;
    const found = await artifacts.find(this.#model, key(id), clock());
    return found && ({ ...found, jti: id } as AdapterPayload);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const { artifacts, clock } = this.#deps;
    return (await artifacts.findByUid(this.#model, uid, clock())) as AdapterPayload | undefined;
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const { artifacts, clock } = this.#deps;
    return (await artifacts.findByUserCode(this.#model, userCode, clock())) as AdapterPayload | undefined;
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

/** The payload without the identifier it is stored under, and without the session cookie interactions copy. */
function withoutSecrets({ jti: _jti, ...payload }: AdapterPayload): ArtifactPayload {
  const session = payload['session'] as Record<string, unknown> | undefined;
  if (session?.['cookie'] === undefined) return payload as ArtifactPayload;
  const { cookie: _cookie, ...rest } = session;
  return { ...payload, session: rest } as ArtifactPayload;
}
