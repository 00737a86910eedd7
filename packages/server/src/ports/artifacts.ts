/**
 * Port: what the OpenID provider keeps (sessions, grants, codes, tokens, interactions).
 * The semantics are those of an oidc-provider adapter, with two differences: time is an argument,
 * and `consume` is conditional, because "redeem a code once" is a rule of sign-in and not of the caller.
 * @module
 */

/** One stored artifact. `payload` is plain JSON and belongs to the provider; the store reads only the indexes. */
export type ArtifactPayload = Readonly<Record<string, unknown>> & {
  /** Sessions are also found by uid. */
  readonly uid?: string;
  /** Device codes are also found by user code. */
  readonly userCode?: string;
  /** Everything issued under one grant falls with it. */
  readonly grantId?: string;
};

/** Port. What every adapter must keep is written down in `artifacts.test.ts`. */
export interface Artifacts {
  /**
   * Inserts or replaces the artifact `(model, id)`. A replaced artifact keeps its consumed mark.
   * @param expiresInSeconds lifetime counted from `now`; `undefined` for one that does not expire
   */
  upsert(
    model: string,
    id: string,
    payload: ArtifactPayload,
    expiresInSeconds: number | undefined,
    now: number,
  ): Promise<void>;
  /** The payload as it was put, with `consumed` (Unix seconds) once it was; `undefined` if absent or expired at `now`. */
  find(model: string, id: string, now: number): Promise<ArtifactPayload | undefined>;
  findByUid(model: string, uid: string, now: number): Promise<ArtifactPayload | undefined>;
  findByUserCode(model: string, userCode: string, now: number): Promise<ArtifactPayload | undefined>;
  /** Marks it consumed. Resolves to `true` for exactly one caller, however many race; `false` if absent or already consumed. */
  consume(model: string, id: string, now: number): Promise<boolean>;
  destroy(model: string, id: string): Promise<void>;
  /** Removes every artifact of every model issued under this grant. */
  revokeByGrantId(grantId: string): Promise<void>;
  /** Removes what expired at or before `now`; resolves to how many. */
  sweep(now: number): Promise<number>;
}
