/**
 * One enrolment from the tap to the moment this device can sign in. Headless: the camera is an argument.
 * @module
 */
import type { ConsentText, EnrolmentChallenge, UnlockProfile } from '@blindsight/protocol/wire';
import type { DeviceWorkerApi, EnrolOutput } from '../worker/contract.ts';
import type { Api } from './api.ts';
import { type CaptureFrames, challengedBy } from './challenged.ts';
import { type AskSecondFactor, reauthenticate, withProofs } from './reauthentication.ts';
import { persistently, sendEnrolment } from './send-tickets.ts';
import type { Database } from './store/database.ts';
import { activateDevice, forgetDevice } from './store/devices.ts';
import { prfSalt } from './store/unlock.ts';

export type EnrolStep = 'unlocking' | 'capturing' | 'making' | 'sending' | 'finishing';

export interface EnrolRequest {
  readonly account: { readonly id: string; readonly displayName: string };
  /** No device was ever enrolled: recovery codes are made on the way. */
  readonly first: boolean;
  readonly consent: Pick<ConsentText, 'version' | 'hash'>;
  readonly deviceLabel: string;
  readonly profile: UnlockProfile;
  /** An image check is to be set up from the same capture: the worker keeps pictures for it. */
  readonly image?: boolean;
}

export interface EnrolDeps {
  readonly api: Api;
  readonly db: Database;
  readonly worker: Pick<DeviceWorkerApi, 'ready' | 'enrol' | 'abandon' | 'keepPictures'>;
  readonly capture: CaptureFrames;
  /** For every enrolment but an account’s first. */
  readonly secondFactor: AskSecondFactor;
  /** Gives up at the next step; what was made is dropped on both sides. */
  readonly signal: AbortSignal;
  readonly onStep?: (step: EnrolStep) => void;
  readonly onSent?: (done: number, total: number) => void;
}

export interface Enrolled {
  readonly deviceId: string;
  /** The finished ceremony. */
  readonly ceremonyId: string;
  /** `quick` when `verified` was asked for and the passkey has no PRF. */
  readonly profile: UnlockProfile;
  /** Of a first enrolment: to be shown, and kept nowhere. */
  readonly recoveryCodes?: readonly string[];
}

/**
 * Until the server says that the enrolment is complete, nothing of it counts: on any failure both sides drop it,
 * and an older enrolment of this account stays as it was.
 */
export async function enrol(request: EnrolRequest, deps: EnrolDeps): Promise<Enrolled> {
  const { api, db } = deps;
  const unlocked = await unlock(request, deps);
  const profile: UnlockProfile = unlocked?.prf ? 'verified' : 'quick';
  const { version, hash } = request.consent;
  const consent = { version, hash };
  const challenge = await withProofs(api, deps.secondFactor, () =>
    api.startEnrolment({ consent, deviceLabel: request.deviceLabel, profile }),
  );
  let recoveryCodes: readonly string[] | undefined;
  try {
    if (request.image) await deps.worker.keepPictures();
    deps.onStep?.('capturing');
    await deps.capture(challengedBy({ purpose: 'enrol', challenge }, deps.worker));
    deps.onStep?.('making');
    const output = await deps.worker.enrol({
      challenge,
      displayName: request.account.displayName,
      profile,
      consent,
      ...(unlocked?.prf ? { prf: unlocked.prf, credentialId: unlocked.credentialId } : {}),
    });
    await upload(challenge, output, deps);
    if (request.first) recoveryCodes = (await api.makeRecoveryCodes()).codes;
    deps.signal.throwIfAborted();
  } catch (error) {
    await Promise.allSettled([
      deps.worker.abandon(),
      api.cancelEnrolment(challenge.ceremonyId),
      forgetDevice(db, challenge.deviceId),
    ]);
    throw error;
  } finally {
    unlocked?.prf?.fill(0);
  }
  deps.onStep?.('finishing');
  // From here on the server may have finished even when its reply is lost: nothing is dropped any more. Asking
  // again is harmless, and what stays pending is settled at the next visit.
  await persistently(() => api.finishEnrolment(challenge.ceremonyId));
  const { deviceId, ceremonyId } = challenge;
  await activateDevice(db, deviceId);
  return { deviceId, ceremonyId, profile, ...(recoveryCodes ? { recoveryCodes } : {}) };
}

/** The passkey's output, asked for before the camera: a person confirms once and then looks. */
async function unlock({ profile, account }: EnrolRequest, { api, onStep }: EnrolDeps) {
  if (profile === 'quick') return undefined;
  onStep?.('unlocking');
  return reauthenticate(api, await prfSalt(account.id));
}

async function upload(
  { ceremonyId }: EnrolmentChallenge,
  output: EnrolOutput,
  deps: EnrolDeps,
): Promise<void> {
  deps.signal.throwIfAborted();
  deps.onStep?.('sending');
  await sendEnrolment(ceremonyId, output, deps);
}
