/**
 * Letting another device in, on the enrolled one, from the tap to the moment the new one has enrolled. Headless: the
 * code is shown, and the digits compared, by whoever calls.
 * @module
 */
import type { PairingChallenge, PairingState, PairingStatus } from '@blindsight/protocol/wire';
import type { DeviceWorkerApi } from '../worker/contract.ts';
import type { Api } from './api.ts';
import { WebError } from './errors.ts';
import { withDeviceLock } from './locks.ts';
import { until } from './polling.ts';
import { type AskSecondFactor, withProofs } from './reauthentication.ts';
import { unlockKeys } from './renew.ts';
import { answerDelayMs } from './sign-in.ts';
import type { KnownAccount } from './store/devices.ts';

export type AdmitStep = 'starting' | 'waiting' | 'joined' | 'unlocking' | 'comparing' | 'enrolling';

export interface AdmitDeps {
  readonly api: Api;
  readonly worker: Pick<
    DeviceWorkerApi,
    'openAdmission' | 'openOffer' | 'admissionProbe' | 'admissionAnswer' | 'authorise' | 'abandon'
  >;
  /** The origin of this page. */
  readonly origin: string;
  readonly secondFactor: AskSecondFactor;
  /** Shows the QR code of this address. */
  readonly onAddress: (address: string) => void;
  /** Resolves when a person has said that the new device shows these digits; rejects when it does not. */
  readonly compare: (code: string, label: string) => Promise<void>;
  /** Gives up at the next step. */
  readonly signal: AbortSignal;
  readonly onStep?: (step: AdmitStep) => void;
}

/** @throws {WebError} what the page shows; `sign-in-refused` for another face, `pairing-closed` when it ended. */
export async function admit(account: KnownAccount, deps: AdmitDeps): Promise<void> {
  const { api, worker, signal, onStep } = deps;
  const { accountId, deviceId } = account;
  onStep?.('starting');
  const challenge = await withProofs(api, deps.secondFactor, () => api.startPairing({ deviceId }));
  const { ceremonyId: pairingId } = challenge;
  const reach = (...states: PairingState[]) =>
    until(
      () => api.pairing(pairingId),
      (status) => {
        if (status.state === 'joined') onStep?.('joined');
        return reached(status, states);
      },
      signal,
    );
  try {
    const link = await worker.openAdmission({ pairingId, accountId });
    deps.onAddress(`${deps.origin}/add-device#${link}`);
    onStep?.('waiting');
    const { label = '' } = await reach('offered');
    const { code, confirmation } = await worker.openOffer(await api.pairingOffer(pairingId));
    await api.confirmPairing(pairingId, confirmation);
    await deps.compare(code, label);
    signal.throwIfAborted();
    await withDeviceLock(deviceId, () => match(account, challenge, deps));
    await api.authorisePairing(pairingId, await worker.authorise());
    onStep?.('enrolling');
    await reach('finished');
  } catch (error) {
    await Promise.allSettled([worker.abandon(), api.cancelPairing(pairingId)]);
    throw error;
  }
}

/** @throws {WebError} `pairing-closed` */
function reached(status: PairingStatus, states: readonly PairingState[]): PairingStatus | undefined {
  if (status.state === 'closed') throw new WebError('pairing-closed');
  return states.includes(status.state) ? status : undefined;
}

/** The comparison of the face in front of the new device with the enrolment of this one. */
async function match(
  account: KnownAccount,
  challenge: PairingChallenge,
  { api, worker, onStep }: AdmitDeps,
): Promise<void> {
  onStep?.('unlocking');
  const prf = await unlockKeys(account, api);
  onStep?.('comparing');
  const { ceremonyId } = challenge;
  try {
    const input = { challenge, deviceId: account.deviceId, ...(prf ? { prf } : {}) };
    const reply = await api.sendPairingProbe(ceremonyId, await worker.admissionProbe(input));
    const due = new Promise<void>((resolve) => setTimeout(resolve, answerDelayMs));
    const answer = await worker.admissionAnswer(reply);
    await due;
    await api.sendPairingAnswer(ceremonyId, answer);
  } finally {
    prf?.fill(0);
  }
}
