/**
 * Being let in by another device, on the new one, from the scanned code to the moment this device can sign in.
 * Headless: the camera is an argument.
 * @module
 */
import {
  type ConsentText,
  decodePairingLink,
  fromBase64url,
  type PairingGuestStatus,
  type PairingLink,
} from '@blindsight/protocol/wire';
import type { DeviceWorkerApi } from '../worker/contract.ts';
import type { Api } from './api.ts';
import { type CaptureFrames, challengedBy } from './challenged.ts';
import { WebError } from './errors.ts';
import { until } from './polling.ts';
import { persistently, sendEnrolment } from './send-tickets.ts';
import type { Database } from './store/database.ts';
import { activateDevice, forgetDevice } from './store/devices.ts';

export type JoinStep =
  | 'capturing'
  | 'offering'
  | 'waiting'
  | 'comparing'
  | 'making'
  | 'sending'
  | 'finishing';

export interface JoinRequest {
  /** The fragment of the scanned address. */
  readonly link: string;
  readonly consent: Pick<ConsentText, 'version' | 'hash'>;
  readonly deviceLabel: string;
}

export interface JoinDeps {
  readonly api: Api;
  readonly db: Database;
  readonly worker: Pick<DeviceWorkerApi, 'ready' | 'offer' | 'comparisonCode' | 'enrolOffered' | 'abandon'>;
  readonly capture: CaptureFrames;
  /** Shows the digits that the other device must show too. */
  readonly onCode: (code: string) => void;
  /** Gives up at the next step; what was made is dropped on both sides. */
  readonly signal: AbortSignal;
  readonly onStep?: (step: JoinStep) => void;
  readonly onSent?: (done: number, total: number) => void;
}

/** @throws {WebError} `pairing-link-invalid` */
export function readLink(fragment: string): PairingLink {
  try {
    return decodePairingLink(fragment);
  } catch (cause) {
    throw new WebError('pairing-link-invalid', { cause });
  }
}

/** @throws {WebError} what the page shows; `pairing-closed` when the other device ended it or found no match. */
export async function join(request: JoinRequest, deps: JoinDeps): Promise<{ displayName: string }> {
  const { api, db, worker, signal, onStep } = deps;
  const { pairingId } = readLink(request.link);
  const { version, hash } = request.consent;
  const consent = { version, hash };
  const joined = await api.joinPairing(pairingId, { consent, deviceLabel: request.deviceLabel });
  const reach = <R>(done: (status: PairingGuestStatus) => R | undefined) =>
    until(() => api.pairingGuest(pairingId), open(done), signal);
  let deviceId: string | undefined;
  let name = '';
  try {
    onStep?.('capturing');
    await deps.capture(challengedBy({ purpose: 'add-device', challenge: joined }, worker));
    onStep?.('offering');
    await api.sendOffer(pairingId, await worker.offer(request.link, joined));
    onStep?.('waiting');
    const confirmation = await reach((status) => status.confirmation);
    deps.onCode(await worker.comparisonCode(fromBase64url(confirmation)));
    onStep?.('comparing');
    const { challenge, displayName } = await reach(({ challenge, displayName = '' }) =>
      challenge ? { challenge, displayName } : undefined,
    );
    deviceId = challenge.deviceId;
    name = displayName;
    onStep?.('making');
    const output = await worker.enrolOffered({ challenge, displayName, profile: 'quick', consent });
    signal.throwIfAborted();
    onStep?.('sending');
    await sendEnrolment(pairingId, output, deps);
    signal.throwIfAborted();
  } catch (error) {
    await Promise.allSettled([
      worker.abandon(),
      api.leavePairing(pairingId),
      ...(deviceId === undefined ? [] : [forgetDevice(db, deviceId)]),
    ]);
    throw error;
  }
  onStep?.('finishing');
  // As in an enrolment: from here on the server may have finished even when its reply is lost.
  await persistently(() => api.finishEnrolment(pairingId));
  await activateDevice(db, deviceId);
  return { displayName: name };
}

/** @throws {WebError} `pairing-closed` */
const open =
  <R>(done: (status: PairingGuestStatus) => R | undefined) =>
  (status: PairingGuestStatus): R | undefined => {
    if (status.state === 'closed') throw new WebError('pairing-closed');
    return done(status);
  };
