/**
 * From a challenge to the part of the transcript that both sides share.
 * @module
 */
import type { CeremonyChallenge } from './api.ts';
import { fromBase64url } from './base64url.ts';
import { entryCount, parametersOf, sizes } from './parameters.ts';
import type { CeremonyContext, Purpose } from './transcript.ts';

/**
 * The ceremony as the device understood it: the caller states the purpose and the origin it *is* on,
 * and never copies either from the message.
 *
 * @throws {ProtocolError} `unsupported-parameters`, `policy-refused` or `malformed-message`.
 */
export function ceremonyContext(
  challenge: CeremonyChallenge,
  purpose: Purpose,
  origin: string,
): CeremonyContext {
  entryCount(parametersOf(challenge.parameterSet), challenge.tau, challenge.sMax);
  return {
    purpose,
    parameterSet: challenge.parameterSet,
    accountId: challenge.accountId,
    deviceId: challenge.deviceId,
    ceremonyId: challenge.ceremonyId,
    nonce: fromBase64url(challenge.nonce, sizes.nonce),
    expiresAt: challenge.expiresAt,
    clientId: challenge.clientId,
    origin,
    manifestHash: fromBase64url(challenge.manifestHash, sizes.hash),
    tau: challenge.tau,
    sMax: challenge.sMax,
  };
}
