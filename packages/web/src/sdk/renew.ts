/**
 * One renewal from the tap to the moment the new tickets are in use. Headless: the camera is an argument.
 * @module
 */
import type { RenewalChallenge } from '@blindsight/protocol/wire';
import type { DeviceWorkerApi } from '../worker/contract.ts';
import type { Api } from './api.ts';
import { type CaptureFrames, challengedBy } from './challenged.ts';
import { WebError } from './errors.ts';
import { withDeviceLock } from './locks.ts';
import { reauthenticate, withReauthentication } from './reauthentication.ts';
import { persistently, sendTickets } from './send-tickets.ts';
import { answerDelayMs } from './sign-in.ts';
import type { Database } from './store/database.ts';
import type { KnownAccount } from './store/devices.ts';
import { activateRenewal, forgetRenewal } from './store/renewals.ts';
import { prfSalt } from './store/unlock.ts';

export type RenewStep = 'unlocking' | 'capturing' | 'comparing' | 'making' | 'sending' | 'finishing';

export interface RenewDeps {
  readonly api: Api;
  readonly db: Database;
  readonly worker: Pick<DeviceWorkerApi, 'ready' | 'renewalProbe' | 'renewalAnswer' | 'renew' | 'abandon'>;
  readonly capture: CaptureFrames;
  /** Gives up at the next step; the tickets in use stay in use. */
  readonly signal: AbortSignal;
  readonly onStep?: (step: RenewStep) => void;
  readonly onSent?: (done: number, total: number) => void;
}

/**
 * Until the server says that the renewal is finished, the old tickets are the ones in use, on both sides.
 * @throws {WebError} what the page shows; `sign-in-refused` for another face, `enrolment-too-old`.
 */
export function renew(account: KnownAccount, deps: RenewDeps): Promise<void> {
  const { deviceId } = account;
  return withDeviceLock(deviceId, async () => {
    const { api, db } = deps;
    deps.onStep?.('unlocking');
    const prf = await unlockKeys(account, api);
    const challenge = await withReauthentication(api, () => api.startRenewal({ deviceId }));
    const { ceremonyId } = challenge;
    try {
      await match(account, challenge, prf, deps);
      deps.onStep?.('making');
      const { publicKey, ...made } = await deps.worker.renew();
      deps.signal.throwIfAborted();
      deps.onStep?.('sending');
      await sendTickets(ceremonyId, { ...made, publicKeys: [['ordinary', publicKey]] }, deps);
      deps.signal.throwIfAborted();
    } catch (error) {
      await Promise.allSettled([
        deps.worker.abandon(),
        api.cancelRenewal(ceremonyId),
        forgetRenewal(db, { deviceId, ceremonyId }),
      ]);
      throw error;
    } finally {
      prf?.fill(0);
    }
    deps.onStep?.('finishing');
    // As in an enrolment: from here on the server may have finished even when its reply is lost.
    await persistently(() => api.finishEnrolment(ceremonyId));
    await activateRenewal(db, { deviceId, ceremonyId });
  });
}

/** The comparison with the face as it was enrolled. */
async function match(
  { deviceId }: KnownAccount,
  challenge: RenewalChallenge,
  prf: Uint8Array | undefined,
  { api, worker, capture, signal, onStep }: RenewDeps,
): Promise<void> {
  const input = { challenge, deviceId, startedInSettings: true, ...(prf ? { prf } : {}) };
  onStep?.('capturing');
  await capture(challengedBy({ purpose: 'renewal', ...input }, worker));
  signal.throwIfAborted();
  onStep?.('comparing');
  const reply = await api.sendRenewalProbe(challenge.ceremonyId, await worker.renewalProbe(input));
  const due = new Promise<void>((resolve) => setTimeout(resolve, answerDelayMs));
  const answer = await worker.renewalAnswer(reply);
  await due;
  await api.sendRenewalAnswer(challenge.ceremonyId, answer);
}

/** In the `verified` profile the passkey is asked for its secret too; else only when the server wants it fresh. */
export async function unlockKeys({ profile, accountId, credentialId }: KnownAccount, api: Api) {
  if (profile === 'quick') return undefined;
  const { prf } = await reauthenticate(api, await prfSalt(accountId), credentialId);
  // Without its answer the keys stay closed: say so before anybody looks into a camera.
  if (!prf) throw new WebError('passkey-no-prf');
  return prf;
}
