/**
 * Sessions of this application, in memory: an unguessable name in a cookie, everything else here.
 * @module
 */
import type { Checks, SignedIn } from './relying-party.ts';

export interface Session {
  /** Sign-ins under way, by `state`: one per tab. */
  readonly pending: Map<string, Checks>;
  user?: SignedIn;
}

const lifetimeMs = 8 * 3_600_000;
const mostPending = 20;

export interface Sessions {
  find(cookieHeader: string | undefined): Session | undefined;
  /** Puts `session` under a fresh name; resolves to the `Set-Cookie` value. A new name at sign-in defeats fixation. */
  begin(session: Session): string;
  /** Forgets it; returns the `Set-Cookie` value that clears the cookie. */
  end(cookieHeader: string | undefined): string;
}

export function createSessions(secure: boolean, clock: () => number = Date.now): Sessions {
  const sessions = new Map<string, { session: Session; expiresAt: number }>();
  const name = secure ? '__Host-blindsight_demo' : 'blindsight_demo';
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  const idIn = (header = '') => new RegExp(`(?:^|; )${name}=([\\w-]{43})(?:;|$)`).exec(header)?.[1];

  return {
    find(cookieHeader) {
      const entry = sessions.get(idIn(cookieHeader) ?? '');
      return entry && entry.expiresAt > clock() ? entry.session : undefined;
    },
    begin(session) {
      for (const [id, entry] of sessions) {
        if (entry.session === session || entry.expiresAt <= clock()) sessions.delete(id);
      }
      const id = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
      sessions.set(id, { session, expiresAt: clock() + lifetimeMs });
      return `${name}=${id}; ${attributes}`;
    },
    end(cookieHeader) {
      sessions.delete(idIn(cookieHeader) ?? '');
      return `${name}=; ${attributes}; Max-Age=0`;
    },
  };
}

/** Remembers a sign-in under way; the oldest give way, so that reloading a page for ever costs nothing. */
export function remember(session: Session, checks: Checks): void {
  session.pending.set(checks.state, checks);
  for (const state of session.pending.keys()) {
    if (session.pending.size <= mostPending) break;
    session.pending.delete(state);
  }
}
