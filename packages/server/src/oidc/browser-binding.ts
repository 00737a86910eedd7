/**
 * Ties an interaction to the browser that began it. Without it somebody could begin a sign-in, send the address
 * `/sign-in/UID` to a victim, and collect the victim's sign-in in their own browser.
 *
 * oidc-provider's own cookie has the path `/sign-in/UID` and would not reach `/v1`; widened to `/` it would let
 * two tabs overwrite each other. So there is one cookie per interaction.
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface BrowserBinding {
  /** A `Set-Cookie` value that marks this browser as the owner of `uid`. */
  bind(uid: string, maxAgeSeconds: number): string;
  /** A `Set-Cookie` value that forgets it. */
  release(uid: string): string;
  /** Whether the `Cookie` header comes from the browser that began `uid`. */
  holds(uid: string, cookieHeader: string | undefined): boolean;
}

/** @param keys cookie keys, newest first; old ones still verify. */
export function browserBinding(keys: readonly string[], secure: boolean): BrowserBinding {
  const [newest] = keys;
  if (newest === undefined) throw new RangeError('no cookie key');
  const name = (uid: string) => `${secure ? '__Host-' : ''}blindsight_interaction_${uid}`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return {
    bind: (uid, maxAgeSeconds) => `${name(uid)}=${mac(newest, uid)}; ${attributes}; Max-Age=${maxAgeSeconds}`,
    release: (uid) => `${name(uid)}=; ${attributes}; Max-Age=0`,
    holds(uid, cookieHeader) {
      const value = cookieValue(cookieHeader ?? '', name(uid));
      return value !== undefined && keys.some((key) => equal(mac(key, uid), value));
    },
  };
}

function mac(key: string, uid: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64url'))
    .update(`blindsight/interaction/${uid}`)
    .digest('base64url');
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function cookieValue(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
