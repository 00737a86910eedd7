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
  parametersOf,
} from '@blindsight/protocol/wire';
import { WebError } from '../sdk/errors.ts';
import type { Models } from './models.ts';

/**
 * Origin and purpose are ours, thresholds those of the models that were loaded and above the compiled-in
 * floor, the deadline not passed.
 *
 * @param origin the origin this code runs on
 * @throws {WebError} `ceremony-expired`, `reply-invalid` (another origin), `models-altered` (the server and this
 *   page do not have the same models), `unsupported-parameters`
 */
export function acceptChallenge(
  challenge: CeremonyChallenge,
  purpose: Purpose,
  models: Pick<Models, 'manifest' | 'manifestHash'>,
  origin: string,
  now: number,
): CeremonyContext {
  if (challenge.expiresAt <= now) throw new WebError('ceremony-expired');
  if (challenge.origin !== origin) throw new WebError('reply-invalid');
  const context = ceremonyContext(challenge, purpose, origin);
  if (hex(context.manifestHash) !== models.manifestHash) throw new WebError('models-altered');
  const { tau, sMax } = challenge;
  if (tau < parametersOf(challenge.parameterSet).minimumTau) throw new WebError('unsupported-parameters');
  // The calibration belongs to the models: a server may not ask for a lower bar than they were measured at.
  if (tau !== operatingTau(models.manifest) || sMax !== models.manifest.calibration.sMax) {
    throw new WebError('models-altered');
  }
  return context;
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
