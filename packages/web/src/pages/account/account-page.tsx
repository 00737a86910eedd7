/**
 * The account page: devices, renewal, erasure with a receipt, passkeys, consents, uploads on their way.
 * @module
 */
import { useEffect, useReducer, useRef } from 'preact/hooks';
import { CaptureView } from '../../element/capture-view.tsx';
import { m } from '../../messages/index.ts';
import { eraseDevice } from '../../sdk/erase.ts';
import { toWebError, WebError } from '../../sdk/errors.ts';
import type { Sdk } from '../../sdk/index.ts';
import { markEnrolled, unmarkEnrolled, wasEnrolled } from '../../sdk/marker.ts';
import { cancelPasskey, confirmPasskey, createPasskey } from '../../sdk/passkeys.ts';
import { withProofs } from '../../sdk/reauthentication.ts';
import { type RenewStep, renew } from '../../sdk/renew.ts';
import { knownAccounts } from '../../sdk/store/devices.ts';
import {
  type AccountEvent,
  type AccountState,
  accountReducer,
  atFirst,
  type Open,
} from '../../state/account.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorOutcome } from '../../ui/outcome.tsx';
import { Busy } from '../../ui/progress.tsx';
import { Shell } from '../../ui/shell.tsx';
import { ErrorActions } from '../error-actions.tsx';
import { CodesScreen } from '../second-factor/codes-screen.tsx';
import { useSecondFactor } from '../second-factor/use-second-factor.tsx';
import { useBackground } from '../use-background.ts';
import { useCapture } from '../use-capture.ts';
import { AccountScreen } from './account-screen.tsx';
import { AdmissionScreen } from './admission-screen.tsx';
import { EndedWell } from './ended-well.tsx';
import { RenewalScreen } from './renewal-screen.tsx';
import { SignInStep } from './sign-in-step.tsx';
import { useAdmission } from './use-admission.ts';

export function AccountPage({ sdk }: { readonly sdk: Sdk }) {
  const [state, dispatch] = useReducer<AccountState, AccountEvent>(accountReducer, atFirst);
  const background = useBackground(sdk, state.screen === 'open' || state.screen === 'renewed');
  const capture = useCapture();
  /** The renewal on the screen; what an aborted one still says is not listened to. */
  const renewal = useRef(new AbortController());
  const { api } = sdk;
  const secondFactor = useSecondFactor(api);
  const admission = useAdmission(sdk, secondFactor.ask, dispatch);

  const guarded = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      dispatch({ type: 'failed', error: toWebError(error) });
    }
  };

  useEffect(() => {
    void guarded(async () => dispatch({ type: 'opened', ...(await readAccount(sdk)) }));
  }, []);

  const openSession = () =>
    guarded(async () => {
      dispatch({ type: 'passkey-asked' });
      const { authenticationId, options } = await api.sessionOptions();
      const { response } = await confirmPasskey(options);
      await api.createSession({ authenticationId, response });
      dispatch({ type: 'opened', ...(await readAccount(sdk)) });
    });
  const erase = () =>
    guarded(async () => {
      if (state.screen !== 'open' || !state.question) return;
      const { kind, deviceId } = state.question;
      dispatch({ type: 'confirmed' });
      const db = await sdk.database().catch(() => undefined);
      const receipt = await eraseDevice(kind, deviceId, { api, db, secondFactor: secondFactor.ask });
      // Forgotten on purpose is not lost.
      if (db && (await knownAccounts(db)).length === 0) unmarkEnrolled();
      dispatch({ type: 'erased', receipt, ...(await readAccount(sdk)) });
    });
  const renewDevice = (deviceId: string) =>
    guarded(async () => {
      dispatch({ type: 'renewal-begun' });
      capture.reset();
      renewal.current = new AbortController();
      const { signal } = renewal.current;
      const worker = sdk.worker();
      const unsubscribe = worker.subscribe(({ event, done, total }) => {
        if (event === 'tickets') dispatch({ type: 'renewal-progressed', progress: { done, total } });
      });
      try {
        const db = await sdk.database();
        const account = (await knownAccounts(db)).find((one) => one.deviceId === deviceId);
        if (!account) throw new WebError('storage-lost');
        await renew(account, {
          api,
          db,
          worker: worker.api,
          capture: capture.wait,
          signal,
          onStep: (step: RenewStep) => !signal.aborted && dispatch({ type: 'renewal-stepped', step }),
          onSent: (done, total) => dispatch({ type: 'renewal-progressed', progress: { done, total } }),
        });
        dispatch({ type: 'renewed', ...(await readAccount(sdk)) });
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        unsubscribe();
      }
    });
  const cancelRenewal = () => {
    renewal.current.abort();
    capture.cancel();
    cancelPasskey();
    dispatch({ type: 'renewal-cancelled' });
  };
  const admitDevice = (deviceId: string) =>
    guarded(async () => {
      if (await admission.run(deviceId)) dispatch({ type: 'admitted', ...(await readAccount(sdk)) });
    });
  const makeCodes = () =>
    guarded(async () => {
      const { codes } = await withProofs(api, secondFactor.ask, api.makeRecoveryCodes);
      dispatch({ type: 'codes-made', codes, ...(await readAccount(sdk)) });
    });
  const addPasskey = () =>
    guarded(async () => {
      const { registrationId, options } = await withProofs(api, secondFactor.ask, api.passkeyOptions);
      const response = await createPasskey(options);
      await withProofs(api, secondFactor.ask, () => api.addPasskey({ registrationId, response }));
      dispatch({ type: 'opened', ...(await readAccount(sdk)) });
    });
  const reopen = () => guarded(async () => dispatch({ type: 'opened', ...(await readAccount(sdk)) }));
  const signOut = () =>
    guarded(async () => {
      await api.endSession();
      dispatch({ type: 'session-missing' });
    });

  const aside = state.screen === 'open' && (
    <Button kind="quiet" testId="sign-out" onClick={() => void signOut()}>
      {m.common.signOut}
    </Button>
  );
  return (
    <Shell counter={sdk.counter} title={m.account.title} wide={state.screen === 'open'} aside={aside}>
      {secondFactor.screen ?? (
        <>
          {state.screen === 'loading' && <Busy>{m.common.loading}</Busy>}
          {state.screen === 'sign-in' && (
            <SignInStep busy={state.busy} onPasskey={() => void openSession()} />
          )}
          {state.screen === 'failed' && (
            <ErrorOutcome error={state.error}>
              <ErrorActions
                error={state.error}
                onRetry={() => location.reload()}
                onPasskey={() => void openSession()}
              />
            </ErrorOutcome>
          )}
          {state.screen === 'open' && (
            <AccountScreen
              state={state}
              background={background}
              onAsk={(question) => dispatch({ type: 'asked', question })}
              onKeep={() => dispatch({ type: 'kept' })}
              onConfirm={() => void erase()}
              onRenew={(deviceId) => void renewDevice(deviceId)}
              onAdmit={(deviceId) => void admitDevice(deviceId)}
              onMakeCodes={() => void makeCodes()}
              onAddPasskey={() => void addPasskey()}
            />
          )}
          {state.screen === 'renewing' && (
            <RenewalScreen
              state={state}
              onCancel={cancelRenewal}
              camera={() => (
                <CaptureView
                  // as many frames, and as varied, as the enrolment they are to be worth
                  purpose="enrol"
                  worker={sdk.worker()}
                  challenged={capture.challenged()}
                  counter={sdk.counter}
                  onDone={capture.done}
                  onFailed={capture.failed}
                  onCancel={cancelRenewal}
                />
              )}
            />
          )}
          {state.screen === 'renewed' && (
            <EndedWell
              code="renewed"
              title={m.renewal.doneTitle}
              text={m.renewal.doneBody}
              onClose={() => void reopen()}
            />
          )}
          {state.screen === 'admitting' && (
            <AdmissionScreen state={state} onCompared={admission.compared} onCancel={admission.cancel} />
          )}
          {state.screen === 'admitted' && (
            <EndedWell
              code="device-added"
              title={m.devices.addedTitle}
              text={m.devices.addedBody}
              onClose={() => void reopen()}
            />
          )}
          {state.screen === 'codes' && <CodesScreen codes={state.codes} onKept={() => void reopen()} />}
        </>
      )}
    </Shell>
  );
}

async function readAccount(sdk: Sdk): Promise<Open> {
  const account = await sdk.api.account();
  const accounts = await sdk.database().then(knownAccounts, () => []);
  if (accounts.length > 0) markEnrolled();
  const local = accounts.map(({ deviceId }) => deviceId);
  const active = account.devices.filter((device) => device.state === 'active');
  const mine = active.some((device) => local.includes(device.id));
  return { account, local, lost: active.length > 0 && !mine && wasEnrolled() };
}
