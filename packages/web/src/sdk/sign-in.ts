/**
 * One sealed sign-in from the tap to the address where the application waits. Headless: the camera is an
 * argument.
 * @module
 */
import type {
  ImageReady,
  NewDeviceNotice,
  Redirect,
  RenewalState,
  SignInAnswer,
  SignInChallenge,
} from '@blindsight/protocol/wire';
import type { DeviceWorkerApi } from '../worker/contract.ts';
import type { Api } from './api.ts';
import { type CaptureFrames, challengedBy } from './challenged.ts';
import { WebError } from './errors.ts';
import { type ImageCheckDeps, imageCheck } from './image-check.ts';
import { withDeviceLock } from './locks.ts';
import { type Confirmed, confirmPasskey } from './passkeys.ts';
import type { KnownAccount } from './store/devices.ts';
import { prfSalt } from './store/unlock.ts';

export type SignInStep = 'unlocking' | 'capturing' | 'comparing' | 'answering';

export interface SignInDeps {
  readonly api: Pick<Api, 'startSignIn' | 'sendProbe' | 'sendAnswer' | 'cancelSignIn'> &
    ImageCheckDeps['api'];
  readonly worker: Pick<DeviceWorkerApi, 'ready' | 'probe' | 'answer' | 'abandon' | 'keepPictures'> &
    ImageCheckDeps['worker'];
  readonly capture: CaptureFrames;
  /** For applications that ask for the encrypted-image check too. */
  readonly image: Pick<ImageCheckDeps, 'consent' | 'onProgress' | 'signal'>;
  readonly onStep?: (step: SignInStep) => void;
}

/**
 * The answer leaves this long after the reply arrived, whatever was found and however quickly, so that the time
 * tells nothing. Opening a reply takes about a tenth of it. Unit: ms.
 */
export const answerDelayMs = 120;

export interface SignedIn extends Redirect {
  /** After this sign-in. */
  readonly ticketsLeft: number;
  readonly renewal: RenewalState;
  /** Added to the account since this device was last used. */
  readonly newDevices: readonly NewDeviceNotice[];
}

/**
 * Nothing here repeats a step: a ticket that was sent is gone, and a new try is a new tap.
 * @returns `ready` when this one has set the image check up: the next one signs in.
 * @throws {WebError} what the page shows; `sign-in-refused` for every reason the server has not to accept.
 */
export function signIn(
  account: KnownAccount,
  interactionUid: string,
  deps: SignInDeps,
): Promise<SignedIn | ImageReady> {
  return withDeviceLock(account.deviceId, async () => {
    const { accountId, deviceId } = account;
    const challenge = await deps.api.startSignIn({ interactionUid, accountId, deviceId });
    let [spent, answered] = [false, false];
    try {
      const answer = await makeAnswer(account, challenge, deps, () => {
        spent = true;
      });
      answered = true;
      deps.onStep?.('answering');
      const outcome = await deps.api.sendAnswer(challenge.ceremonyId, answer);
      // The face was right: what fails from here on is not one of the tries.
      spent = false;
      const result =
        'image' in outcome ? await imageCheck(outcome.image, { ...deps, ...deps.image }) : outcome;
      if ('ready' in result) return result;
      const { ticketsLeft, renewal, newDevices } = challenge;
      return { redirectTo: result.redirectTo, ticketsLeft: ticketsLeft - 1, renewal, newDevices };
    } catch (error) {
      // Best effort, and not waited for: an attempt that is not answered runs into its deadline anyway.
      if (!answered)
        void Promise.allSettled([deps.worker.abandon(), deps.api.cancelSignIn(challenge.ceremonyId)]);
      if (spent && error instanceof WebError) error.triesLeft = challenge.triesLeft - 1;
      throw error;
    } finally {
      // Whatever became of it, no picture stays.
      if (challenge.image) void deps.worker.closeImageCheck().catch(() => {});
    }
  });
}

async function makeAnswer(
  account: KnownAccount,
  challenge: SignInChallenge,
  { api, worker, capture, onStep }: SignInDeps,
  onSpent: () => void,
): Promise<SignInAnswer> {
  const passkey = await unlock(account, challenge, onStep);
  const { deviceId } = account;
  const prf = passkey?.prf;
  const input = { challenge, deviceId, ...(prf ? { prf } : {}) };
  if (challenge.image) await worker.keepPictures();
  onStep?.('capturing');
  await capture(challengedBy({ purpose: 'sign-in', ...input }, worker, onSpent));

  onStep?.('comparing');
  const message = await worker.probe(input);
  onSpent();
  prf?.fill(0);
  const reply = await api.sendProbe(challenge.ceremonyId, message);

  const due = wait(answerDelayMs);
  const answer = await worker.answer(reply);
  await due;
  return { ...answer, ...(passkey ? { passkey: passkey.response } : {}) };
}

/** In the `verified` profile one assertion does both: its PRF output unlocks, its signature goes with the answer. */
async function unlock(
  { profile, accountId, credentialId }: KnownAccount,
  challenge: SignInChallenge,
  onStep: SignInDeps['onStep'],
): Promise<Confirmed | undefined> {
  if (profile === 'quick') return undefined;
  if (!challenge.passkey) throw new WebError('reply-invalid');
  onStep?.('unlocking');
  const salt = await prfSalt(accountId);
  const confirmed = await confirmPasskey(challenge.passkey, { prfSalt: salt, only: credentialId });
  // Without its answer the keys stay closed: say so before anybody looks into a camera.
  if (!confirmed.prf) throw new WebError('passkey-no-prf');
  return confirmed;
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
