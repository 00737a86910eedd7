/**
 * The sign-in page: connects the state machine, the headless flows and the screens.
 * @module
 */
import type { ImageCheckKind, ImageReady, Redirect } from '@blindsight/protocol/wire';
import { useEffect, useReducer, useRef } from 'preact/hooks';
import { CaptureView } from '../../element/capture-view.tsx';
import { language, m } from '../../messages/index.ts';
import { toWebError } from '../../sdk/errors.ts';
import type { ImageProgress } from '../../sdk/image-check.ts';
import type { Sdk } from '../../sdk/index.ts';
import { wasEnrolled } from '../../sdk/marker.ts';
import { cancelPasskey, confirmPasskey } from '../../sdk/passkeys.ts';
import { recoverPending } from '../../sdk/recovery.ts';
import { type SignedIn, type SignInStep, signIn } from '../../sdk/sign-in.ts';
import { type KnownAccount, knownAccounts } from '../../sdk/store/devices.ts';
import { atFirst, type News, signInReducer } from '../../state/sign-in.ts';
import { Shell } from '../../ui/shell.tsx';
import { follow } from '../navigate.ts';
import { useBackground } from '../use-background.ts';
import { useCapture } from '../use-capture.ts';
import { useConsent } from '../use-consent.ts';
import { SignInScreen } from './sign-in-screen.tsx';

export interface SignInPageProps {
  readonly sdk: Sdk;
  readonly uid: string;
}

/** How long the news of a sign-in stay before the way goes on. Unit: ms. */
const hintMs = 2_500;

export function SignInPage({ sdk, uid }: SignInPageProps) {
  const [state, dispatch] = useReducer(signInReducer, atFirst);
  const capture = useCapture();
  const consent = useConsent();
  const { api } = sdk;

  useEffect(() => {
    load(sdk, uid).then(
      (loaded) => dispatch({ type: 'loaded', ...loaded }),
      (error) => dispatch({ type: 'broke', error: toWebError(error) }),
    );
  }, [sdk, uid]);
  useBackground(sdk, state.screen === 'choose');

  /** The attempt on the screen; what an aborted one still says is not listened to. */
  const attempt = useRef(new AbortController());
  const begin = () => {
    attempt.current.abort();
    attempt.current = new AbortController();
    capture.reset();
    return attempt.current.signal;
  };
  const cancel = () => {
    attempt.current.abort();
    capture.cancel();
    consent.decline();
    cancelPasskey();
    dispatch({ type: 'cancelled' });
  };
  /** Runs something that ends with an address to go to. */
  const go = async (
    work: (signal: AbortSignal) => Promise<Redirect | SignedIn | ImageReady>,
    ended: 'accepted' | 'left',
  ) => {
    const signal = begin();
    try {
      const result = await work(signal);
      if (signal.aborted) return;
      if ('ready' in result) return dispatch({ type: 'image-ready' });
      const news = 'renewal' in result ? newsOf(result) : {};
      dispatch({ type: ended, ...news });
      if (Object.keys(news).length > 0) await new Promise((resolve) => setTimeout(resolve, hintMs));
      follow(result.redirectTo);
    } catch (error) {
      if (!signal.aborted) dispatch({ type: 'failed', error: toWebError(error) });
    }
  };

  const askConsent = async (signal: AbortSignal) => {
    const text = await api.consentText(language, 'image-check');
    signal.throwIfAborted();
    dispatch({ type: 'image-asked', consent: text });
    return consent.ask(text);
  };
  const withFace = (account: KnownAccount) => {
    dispatch({ type: 'picked', account });
    const { api: worker, subscribe } = sdk.worker();
    void go(async (signal) => {
      const onStep = (step: SignInStep) => dispatch({ type: 'stepped', step });
      const onProgress = (progress: ImageProgress, kind: ImageCheckKind) =>
        !signal.aborted && dispatch({ type: 'image-progressed', kind, progress });
      const unsubscribe = subscribe(({ event, done, total }) => {
        if (event === 'image-keys') onProgress({ stage: 'making', done, total }, 'enrol');
      });
      const image = { consent: () => askConsent(signal), onProgress, signal };
      try {
        return await signIn(account, uid, { api, worker, capture: capture.wait, image, onStep });
      } finally {
        unsubscribe();
      }
    }, 'accepted');
  };
  const withPasskey = () => {
    dispatch({ type: 'passkey-asked' });
    void go(async () => {
      const { authenticationId, options } = await api.sessionOptions();
      const { response } = await confirmPasskey(options);
      return api.interactionPasskey(uid, { authenticationId, response });
    }, 'accepted');
  };

  return (
    <Shell counter={sdk.counter} title={m.signIn.title}>
      <SignInScreen
        state={state}
        returnTo={`/sign-in/${uid}`}
        onAccount={withFace}
        onPasskey={withPasskey}
        onImageConsent={consent.agree}
        onConsent={(accept) => void go(() => api.interactionConsent(uid, accept), 'left')}
        onAbort={() => void go(() => api.interactionAbort(uid), 'left')}
        onBack={cancel}
        camera={() => (
          <CaptureView
            purpose="sign-in"
            worker={sdk.worker()}
            challenged={capture.challenged()}
            counter={sdk.counter}
            onDone={capture.done}
            onFailed={capture.failed}
            onCancel={cancel}
          />
        )}
      />
    </Shell>
  );
}

/** That a renewal is due, and devices this one was not told about. */
function newsOf({ renewal, ticketsLeft, newDevices }: SignedIn): News {
  return {
    ...(renewal === 'not-due' ? {} : { ticketsLeft }),
    ...(newDevices.length > 0 ? { newDevices } : {}),
  };
}

/** A browser that cannot keep anything still signs in by passkey: a store that does not open is an empty one. */
async function load(sdk: Sdk, uid: string) {
  const [interaction, accounts] = await Promise.all([
    sdk.api.interaction(uid),
    readAccounts(sdk).catch(() => []),
  ]);
  // The models come while the person reads; a failure shows when they are needed.
  if (accounts.length > 0 && interaction.prompt === 'login')
    void sdk
      .worker()
      .api.prepare()
      .catch(() => {});
  return { interaction, accounts, forgotten: accounts.length === 0 && wasEnrolled() };
}

/** What a closed tab left open is settled first: the enrolment may have been finished. */
async function readAccounts(sdk: Sdk): Promise<KnownAccount[]> {
  const db = await sdk.database();
  await recoverPending(db, sdk.api, Date.now());
  return knownAccounts(db);
}
