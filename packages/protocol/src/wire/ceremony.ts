/**
 * From a challenge to the part of the transcript that both sides share.
 * @module
 */
import type { CeremonyChallenge } from './api.ts';
import { fromBase64url } from './base64url.ts';
import { equalBytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { entryCount, parametersOf, sizes } from './parameters.ts';
import type { CeremonyContext, Purpose } from './transcript.ts';

/** What the device knows without the message; it must agree, and it is what gets signed. */
export interface OwnView {
  readonly purpose: Purpose;
  /** The origin the page *is* on. */
  readonly origin: string;
  /** SHA-256 of the manifest the page *runs*; 32 bytes. */
  readonly manifestHash: Uint8Array;
  /** The calibrated thresholds of that manifest. */
  readonly tau: number;
  readonly sMax: number;
}

/**
 * The ceremony as this device agrees to it.
 *
 * @throws {ProtocolError} `unsupported-parameters`; `policy-refused` when the challenge names another origin,
 * manifest or threshold than the device has, or a threshold below the floor compiled in; `malformed-message`.
 */
export function ceremonyContext(challenge: CeremonyChallenge, own: OwnView): CeremonyContext {
  const params = parametersOf(challenge.parameterSet);
  entryCount(params, own.tau, own.sMax);
  const manifestHash = fromBase64url(challenge.manifestHash, sizes.hash);
  const agreed =
    challenge.origin === own.origin &&
    equalBytes(manifestHash, own.manifestHash) &&
    challenge.tau === own.tau &&
    challenge.sMax === own.sMax &&
    own.tau >= params.minimumTau;
  if (!agreed)
    throw new ProtocolError('policy-refused', { details: { tau: challenge.tau, sMax: challenge.sMax } });
  return {
    purpose: own.purpose,
    parameterSet: params.id,
    accountId: challenge.accountId,
    deviceId: challenge.deviceId,
    ceremonyId: challenge.ceremonyId,
    nonce: fromBase64url(challenge.nonce, sizes.nonce),
    expiresAt: challenge.expiresAt,
    clientId: challenge.clientId,
    origin: own.origin,
    manifestHash,
    tau: own.tau,
    sMax: own.sMax,
  };
}
