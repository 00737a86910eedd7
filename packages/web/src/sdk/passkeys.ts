/**
 * Passkeys: creating one, confirming with one, and the pseudo-random function that unlocks the `verified`
 * profile. What the function returns is a key: it is taken out of the response before anything is sent.
 * @module
 */
import type { WebAuthnJson } from '@blindsight/protocol/wire';
import {
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import { WebError } from './errors.ts';

export interface Confirmed {
  /** AuthenticationResponseJSON, without any extension output that is secret. */
  readonly response: WebAuthnJson;
  /** Which passkey it was. */
  readonly credentialId: string;
  /** 32 bytes, when a salt was given and the authenticator supports PRF. */
  readonly prf?: Uint8Array;
}

/** @throws {WebError} `passkey-cancelled`, `passkey-unsupported` */
export async function createPasskey(options: WebAuthnJson): Promise<WebAuthnJson> {
  assertSupported();
  try {
    const optionsJSON = options as PublicKeyCredentialCreationOptionsJSON;
    const response = await startRegistration({ optionsJSON });
    return { ...response, clientExtensionResults: publicResults(response.clientExtensionResults) };
  } catch (cause) {
    throw new WebError('passkey-cancelled', { cause });
  }
}

/**
 * Asks for an assertion; with a salt also for the PRF output under it. `only` names the one passkey to offer.
 * @throws {WebError} `passkey-cancelled`, `passkey-unsupported`
 */
export async function confirmPasskey(
  options: WebAuthnJson,
  { prfSalt, only }: { readonly prfSalt?: Uint8Array; readonly only?: string | undefined } = {},
): Promise<Confirmed> {
  assertSupported();
  const given = options as PublicKeyCredentialRequestOptionsJSON;
  const asked: PublicKeyCredentialRequestOptionsJSON =
    only === undefined ? given : { ...given, allowCredentials: [{ id: only, type: 'public-key' }] };
  // The library passes extension inputs through as they are, and WebAuthn takes bytes here.
  const extensions = prfSalt && { ...asked.extensions, prf: { eval: { first: prfSalt } } };
  let response: AuthenticationResponseJSON;
  try {
    const optionsJSON = (
      extensions ? { ...asked, extensions } : asked
    ) as PublicKeyCredentialRequestOptionsJSON;
    response = await startAuthentication({ optionsJSON });
  } catch (cause) {
    throw new WebError('passkey-cancelled', { cause });
  }
  const results = response.clientExtensionResults as { prf?: { results?: { first?: BufferSource } } };
  const first = results.prf?.results?.first;
  const sent = { ...response, clientExtensionResults: publicResults(response.clientExtensionResults) };
  const confirmed = { response: sent, credentialId: response.id };
  return first ? { ...confirmed, prf: copy(first) } : confirmed;
}

/** Closes the browser's question, if one is open; whoever waits for it gets `passkey-cancelled`. */
export function cancelPasskey(): void {
  WebAuthnAbortService.cancelCeremony();
}

/** Extension outputs without the PRF's: only whether it is enabled may be told. */
export function publicResults(results: object): object {
  const { prf, ...others } = results as { prf?: { enabled?: boolean } };
  return prf?.enabled === undefined ? others : { ...others, prf: { enabled: prf.enabled } };
}

function copy(source: BufferSource): Uint8Array {
  return source instanceof ArrayBuffer
    ? new Uint8Array(source.slice(0))
    : new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
}

function assertSupported(): void {
  if (!globalThis.isSecureContext) throw new WebError('insecure-context');
  if (!globalThis.PublicKeyCredential) throw new WebError('passkey-unsupported');
}
