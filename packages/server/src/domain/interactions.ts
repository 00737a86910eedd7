/**
 * Ending an interaction: what was proven goes to the OpenID provider, and an audit entry says so.
 * @module
 */
import { type Amr, acr, type LoginResult } from '../ports/oidc.ts';
import type { Session } from '../ports/sessions.ts';
import type { Proof } from './accounts.ts';

/** What a passkey with user verification proves. */
export function loginByPasskey({ passkey, at }: Proof): LoginResult {
  return { accountId: passkey.accountId, acr: acr.pop, amr: passkeyAmr(passkey.deviceBound), authTime: at };
}

/** A session of the account page was begun with a passkey, at that time. */
export function loginBySession({ accountId, authenticatedAt, deviceBound }: Session): LoginResult {
  return { accountId, acr: acr.pop, amr: passkeyAmr(deviceBound), authTime: authenticatedAt };
}

const passkeyAmr = (deviceBound: boolean): readonly Amr[] => ['pop', 'user', deviceBound ? 'hwk' : 'swk'];
