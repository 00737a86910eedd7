/**
 * What a challenge must satisfy before this device does anything for it.
 * @module
 */
import { operatingTau } from '@blindsight/face/models';
import {
  type CeremonyChallenge,
  type CeremonyContext,
  ceremonyContext,
  type Purpose,
  toBase64url,
} from '@blindsight/protocol/wire';
import { WebError } from '../sdk/errors.ts';
import type { Models } from './models.ts';

export interface Here {
  /** The origin this code runs on. */
  readonly origin: string;
  readonly models: Pick<Models, 'manifest' | 'manifestHash'>;
  /** ms since the Unix epoch. */
  readonly now: number;
}

/**
 * Origin and purpose are ours, the manifest and its thresholds those of the models that were loaded (a server may
 * not ask for a lower bar than they were measured at) and above the compiled-in floor, the deadline not passed.
 *
 * @throws {WebError} `ceremony-expired`; `reply-invalid` for another origin; `models-altered` when the server and
 *   this page do not have the same models. @throws {ProtocolError} `unsupported-parameters`, `policy-refused`
 */
export function acceptChallenge(
  challenge: CeremonyChallenge,
  purpose: Purpose,
  { origin, models, now }: Here,
): CeremonyContext {
  if (challenge.expiresAt <= now) throw new WebError('ceremony-expired');
  if (challenge.origin !== origin) throw new WebError('reply-invalid');
  const manifestHash = fromHex(models.manifestHash);
  if (challenge.manifestHash !== toBase64url(manifestHash)) throw new WebError('models-altered');
  const tau = operatingTau(models.manifest);
  const { sMax } = models.manifest.calibration;
  return ceremonyContext(challenge, { purpose, origin, manifestHash, tau, sMax });
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}
