/**
 * The enrolment page: account, consent, camera, sealing.
 * @module
 */

import type { UnlockProfile } from '@blindsight/protocol/wire';
import { useEffect, useReducer, useRef } from 'preact/hooks';
import { CaptureView } from '../../element/capture-view.tsx';
import { language, m } from '../../messages/index.ts';
import { deviceLabel } from '../../sdk/device-label.ts';
import { type EnrolStep, enrol } from '../../sdk/enrol.ts';
import { toWebError } from '../../sdk/errors.ts';
import { type ImageProgress, openAfterEnrolment, runImageCheck } from '../../sdk/image-check.ts';
import type { Sdk } from '../../sdk/index.ts';
import { markEnrolled } from '../../sdk/marker.ts';
import { cancelPasskey, confirmPasskey, createPasskey } from '../../sdk/passkeys.ts';
import { persistStorage } from '../../sdk/store/database.ts';
import { atFirst, type EnrolAccount, enrolReducer } from '../../state/enrol.ts';
import { Shell } from '../../ui/shell.tsx';
import { returnPath } from '../navigate.ts';
import { useSecondFactor } from '../second-factor/use-second-factor.tsx';
import { useBackground } from '../use-background.ts';
import { useCapture } from '../use-capture.ts';
import { EnrolScreen } from './enrol-screen.tsx';
import { finishSignIn, imageWanted } from './finish-sign-in.ts';

export function EnrolPage({ sdk }: { readonly sdk: Sdk }) {
  const [state, dispatch] = useReducer(enrolReducer, atFirst);
  const capture = useCapture();
  const attempt = useRef(new AbortController());
  const background = useBackground(sdk, state.screen === 'done' || state.screen === 'codes');
  const { api } = sdk;
  const secondFactor = useSecondFactor(api);
  const returnTo = returnPath(location.search);

  /** Shows what went wrong, unless the person has moved on meanwhile. */
  const guarded = async (work: (signal: AbortSignal) => Promise<void>) => {
    attempt.current.abort();
    attempt.current = new AbortController();
    const { signal } = attempt.current;
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) dispatch({ type: 'failed', error: toWebError(error) });
    }
  };
  const cancel = () => {
    attempt.current.abort();
    capture.cancel();
    cancelPasskey();
    dispatch({ type: 'cancelled' });
  };

  const ready = async (account: EnrolAccount) => {
    const [consent, image] = await Promise.all([
      api.consentText(language),
      imageWanted(api, returnTo).then((wanted) =>
        wanted ? api.consentText(language, 'image-check') : undefined,
      ),
    ]);
    dispatch({ type: 'account-ready', account, consent, image });
  };

  // `loading` is also where a consent that became outdated leads back to.
  useEffect(() => {
    if (state.screen !== 'loading') return;
    void guarded(async () => {
      try {
        await ready(await api.account());
      } catch (error) {
        if (toWebError(error).code !== 'session-required') throw error;
        dispatch({ type: 'session-missing' });
      }
    });
  }, [state.screen]);

  // The models come while the person reads the consent text.
  useEffect(() => {
    if (state.screen === 'consent')
      void sdk
        .worker()
        .api.prepare()
        .catch(() => {});
  }, [sdk, state.screen]);

  // Leaving in the middle of an enrolment throws it away: ask first.
  useEffect(() => {
    const busy = state.screen === 'image' || (state.screen === 'running' && state.step !== 'capturing');
    if (!busy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [state]);

  const createAccount = (displayName: string) =>
    guarded(async (signal) => {
      dispatch({ type: 'passkey-asked' });
      const { registrationId, options } = await api.accountOptions(displayName);
      const response = await createPasskey(options);
      const { account } = await api.createAccount({ registrationId, response });
      if (!signal.aborted) await ready(account);
    });
  const openAccount = () =>
    guarded(async (signal) => {
      dispatch({ type: 'passkey-asked' });
      const { authenticationId, options } = await api.sessionOptions();
      const { response } = await confirmPasskey(options);
      const { account } = await api.createSession({ authenticationId, response });
      if (!signal.aborted) await ready(account);
    });
  const begin = () =>
    guarded(async (signal) => {
      if (state.screen !== 'tips') return;
      const { account, consent, profile, image } = state;
      dispatch({ type: 'begun' });
      capture.reset();
      // Asked here, after a gesture, because browsers decide by whether the site is used.
      void persistStorage();
      const worker = sdk.worker();
      const unsubscribe = worker.subscribe(({ event, done, total }) => {
        if (event === 'tickets') dispatch({ type: 'progressed', progress: { done, total } });
      });
      try {
        const enrolled = await enrol(
          {
            ...{ account, consent, profile, first: account.devices.length === 0, image: image !== undefined },
            deviceLabel: deviceLabel(navigator.userAgent),
          },
          {
            api,
            db: await sdk.database(),
            worker: worker.api,
            capture: capture.wait,
            secondFactor: secondFactor.ask,
            signal,
            onStep: (step: EnrolStep) => !signal.aborted && dispatch({ type: 'stepped', step }),
            onSent: (done, total) => dispatch({ type: 'progressed', progress: { done, total } }),
          },
        );
        markEnrolled();
        // Its pictures are encrypted before anything else is shown; it is run when the codes are out of the way.
        const imageCheck =
          image && (await openAfterEnrolment(enrolled.ceremonyId, { api, worker: worker.api }));
        dispatch({ type: 'finished', ...enrolled, imageCheck });
      } finally {
        unsubscribe();
      }
    });

  // The image check, once its screen is there.
  useEffect(() => {
    if (state.screen !== 'image') return;
    const { challenge, consent } = state;
    attempt.current.abort();
    attempt.current = new AbortController();
    const { signal } = attempt.current;
    const worker = sdk.worker();
    const onProgress = (progress: ImageProgress) =>
      !signal.aborted && dispatch({ type: 'image-progressed', progress });
    const unsubscribe = worker.subscribe(({ event, done, total }) => {
      if (event === 'image-keys') onProgress({ stage: 'making', done, total });
    });
    const deps = { api, worker: worker.api, consent: async () => consent, onProgress, signal };
    runImageCheck(challenge, deps)
      .then(
        () => dispatch({ type: 'image-ended', ready: true }),
        // The enrolment stands; what is missing is said, and made up for at the next sign-in that needs it.
        () => !signal.aborted && dispatch({ type: 'image-ended', ready: false }),
      )
      .finally(unsubscribe);
  }, [state.screen]);

  return (
    <Shell counter={sdk.counter} title={m.enrol.title}>
      {secondFactor.screen ?? (
        <EnrolScreen
          state={state}
          background={background}
          returnTo={returnTo}
          onCreate={(name) => void createAccount(name)}
          onHaveAccount={() => void openAccount()}
          onConsent={(profile: UnlockProfile) => dispatch({ type: 'consented', profile })}
          onImageAnswer={(agreed) => dispatch({ type: 'image-answered', agreed })}
          onImageSkip={() => {
            attempt.current.abort();
            dispatch({ type: 'image-ended', ready: false });
          }}
          onBegin={() => void begin()}
          onRetry={() => dispatch({ type: 'retried' })}
          onCancel={cancel}
          onContinue={() => void guarded(() => finishSignIn(api, returnTo))}
          onCodesKept={() => dispatch({ type: 'codes-kept' })}
          camera={() => (
            <CaptureView
              purpose="enrol"
              worker={sdk.worker()}
              challenged={capture.challenged()}
              counter={sdk.counter}
              onDone={capture.done}
              onFailed={capture.failed}
              onCancel={cancel}
            />
          )}
        />
      )}
    </Shell>
  );
}
