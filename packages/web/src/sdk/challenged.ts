/**
 * What a flow asks of the camera screen: frames alone, or frames through a challenge.
 * @module
 */
import type { ChallengePolicy, ChallengeProfile, Id } from '@blindsight/protocol/wire';
import type { ChallengedInput, DeviceWorkerApi } from '../worker/contract.ts';

/** The challenge of one ceremony. */
export interface Challenged {
  readonly policy: Exclude<ChallengePolicy, 'none'>;
  /** Of its line, from the root of this origin. */
  readonly path: string;
  /** What to say first; what it costs is spent when this resolves. */
  readonly ready: (profile: ChallengeProfile) => Promise<Uint8Array>;
}

/** Resolves when the worker holds what it needs; rejects with the reason it does not. */
export type CaptureFrames = (challenged?: Challenged) => Promise<void>;

/** Where each kind of ceremony has its line; `*` stands for its id. */
const places = {
  enrol: 'enrolments/*',
  'sign-in': 'sign-ins/*',
  renewal: 'renewals/*',
  'add-device': 'pairings/*/guest',
} as const;

/** @returns nothing where the ceremony has no challenge. */
export function challengedBy(
  input: ChallengedInput,
  worker: Pick<DeviceWorkerApi, 'ready'>,
  onReady: () => void = () => {},
): Challenged | undefined {
  const { ceremonyId, liveness: policy } = input.challenge;
  if (policy === 'none') return undefined;
  return {
    policy,
    path: challengePath(input.purpose, ceremonyId),
    async ready(profile) {
      const message = await worker.ready(input, profile);
      onReady();
      return message;
    },
  };
}

const challengePath = (purpose: ChallengedInput['purpose'], ceremonyId: Id): string =>
  `/v1/${places[purpose].replace('*', encodeURIComponent(ceremonyId))}/challenge`;
