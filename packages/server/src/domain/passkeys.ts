/**
 * WebAuthn: the options that go to the browser, the checks of what comes back.
 * @module
 */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { ServerError } from '../errors.ts';
import type { Passkey } from '../ports/accounts.ts';

export interface RelyingParty {
  /** The origin, and its host as the RP id. */
  readonly origin: string;
}

const rpName = 'Blindsight';
const timeoutMs = 120_000;
/** ES256, EdDSA, RS256: what every current authenticator has. */
const algorithms = [-7, -8, -257];

const hostOf = (origin: string) => new URL(origin).hostname;

/**
 * Discoverable, user verification required, PRF asked for (an authenticator without it still registers).
 * @param known passkeys the account has: their authenticators are left out.
 */
export function registrationOptions(
  { origin }: RelyingParty,
  account: { readonly id: string; readonly displayName: string },
  challenge: string,
  known: readonly Passkey[] = [],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName,
    rpID: hostOf(origin),
    userName: account.displayName,
    userDisplayName: account.displayName,
    userID: new Uint8Array(Buffer.from(account.id, 'base64url')),
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: timeoutMs,
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    extensions: { prf: {} } as Record<string, unknown>,
    supportedAlgorithmIDs: algorithms,
  });
}

/** @param passkeys who may answer; any discoverable passkey when empty. */
export function authenticationOptions(
  { origin }: RelyingParty,
  challenge: string,
  passkeys: readonly Passkey[] = [],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: hostOf(origin),
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: timeoutMs,
    userVerification: 'required',
    ...(passkeys.length > 0
      ? { allowCredentials: passkeys.map(({ id, transports }) => ({ id, transports: [...transports] })) }
      : {}),
  });
}

export type NewPasskey = Omit<Passkey, 'accountId' | 'label' | 'createdAt'>;

/** @throws {ServerError} `sign-in-refused` for whatever reason it does not verify. */
export async function verifyRegistration(
  { origin }: RelyingParty,
  challenge: string,
  response: object,
): Promise<NewPasskey> {
  const verified = await refusing(() =>
    verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: hostOf(origin),
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if (!verified.verified) throw new ServerError('sign-in-refused');
  const { credential, credentialDeviceType } = verified.registrationInfo;
  return {
    id: credential.id,
    publicKey: new Uint8Array(credential.publicKey),
    counter: credential.counter,
    transports: credential.transports ?? [],
    deviceBound: credentialDeviceType === 'singleDevice',
  };
}

/** @returns the new counter. @throws {ServerError} `sign-in-refused` for whatever reason it does not verify. */
export async function verifyAuthentication(
  { origin }: RelyingParty,
  challenge: string,
  passkey: Passkey,
  response: object,
): Promise<number> {
  const { id, publicKey, counter, transports } = passkey;
  const { verified, authenticationInfo } = await refusing(() =>
    verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: hostOf(origin),
      requireUserVerification: true,
      credential: { id, publicKey, counter, transports: [...transports] },
    }),
  );
  if (!verified) throw new ServerError('sign-in-refused');
  return authenticationInfo.newCounter;
}

/** The credential id a response claims; checked by its signature later. */
export function credentialIdOf(response: object): string {
  const { id } = response as { id?: unknown };
  if (typeof id !== 'string' || !/^[\w-]{1,1400}$/.test(id)) throw new ServerError('sign-in-refused');
  return id;
}

/** The library throws for malformed and for wrong alike; both are one refusal here. */
async function refusing<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    throw new ServerError('sign-in-refused', { cause });
  }
}
