/**
 * The device's side of one liveness challenge: what it costs is spent before `ready` leaves, each step is committed to,
 * and what is signed afterwards is signed over all of it.
 * @module
 */
import { DeviceChallenge, makeTicketReady } from '@blindsight/protocol/client';
import {
  type CeremonyContext,
  type ChallengePolicy,
  type ChallengeProfile,
  encodeReady,
} from '@blindsight/protocol/wire';
import { WebError } from '../sdk/errors.ts';
import type { Spent } from './comparison.ts';
import type { ChallengedInput, ShownStep } from './contract.ts';
import type { LiveCapture } from './live-capture.ts';
import { spendForRenewal } from './renewal.ts';
import { type SpendDeps, spendForSignIn } from './sign-in.ts';

/** What a finished challenge leaves for the message that follows. */
export interface Passed {
  readonly context: CeremonyContext;
  /** Absent where there is no ticket to spend: in an enrolment, and on a device that is let in. */
  readonly spent: Spent | undefined;
}

export interface LiveChallenge {
  readonly ready: Uint8Array;
  revealed(message: Uint8Array): ShownStep | undefined;
  shown(at: number): void;
  commit(at: number): Uint8Array;
  /** After the last word. @throws {WebError} `internal` before it, or for another ceremony. */
  passed(ceremonyId: string): Passed;
  abandon(): void;
}

/** Spends what the challenge costs. When this resolves, that is on the disk. */
export async function beginChallenge(
  input: ChallengedInput,
  profile: ChallengeProfile,
  capture: LiveCapture,
  deps: SpendDeps,
): Promise<LiveChallenge> {
  requireProfile(input.challenge.liveness, profile);
  const { context } = deps;
  const spent = await spend(input, deps);
  const device = new DeviceChallenge(context, profile);
  let asked: ShownStep | undefined;
  return {
    ready: spent
      ? await makeTicketReady(context, profile, spent.ticket, spent.device.deviceKey)
      : encodeReady(profile),
    revealed(message) {
      asked = device.receive(message);
      if (!asked) capture.conclude();
      return asked;
    },
    shown(at) {
      if (!asked) throw new WebError('internal');
      capture.begin(asked.step, at);
    },
    commit: (at) => device.commit(capture.finish(at)),
    passed(ceremonyId) {
      if (context.ceremonyId !== ceremonyId) throw new WebError('internal');
      return { context: device.context, spent };
    },
    abandon: () => spent?.ticket.wipe(),
  };
}

/** A server that asks for none gets none, and one that has no light must not be asked for it. */
function requireProfile(policy: ChallengePolicy, profile: ChallengeProfile): void {
  if (policy === 'none' || (policy === 'no-light' && profile !== policy)) throw new WebError('internal');
}

function spend(input: ChallengedInput, deps: SpendDeps): Promise<Spent | undefined> {
  switch (input.purpose) {
    case 'enrol':
    case 'add-device':
      return Promise.resolve(undefined);
    case 'sign-in':
      return spendForSignIn(input, deps);
    case 'renewal':
      return spendForRenewal(input, deps);
  }
}
