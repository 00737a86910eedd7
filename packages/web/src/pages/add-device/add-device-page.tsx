/**
 * The page behind the code: this device is let in by the one that shows it.
 * @module
 */
import { useEffect, useReducer, useRef } from 'preact/hooks';
import { CaptureView } from '../../element/capture-view.tsx';
import { language, m } from '../../messages/index.ts';
import { deviceLabel } from '../../sdk/device-label.ts';
import { toWebError } from '../../sdk/errors.ts';
import type { Sdk } from '../../sdk/index.ts';
import { type JoinStep, join, readLink } from '../../sdk/join.ts';
import { markEnrolled } from '../../sdk/marker.ts';
import { persistStorage } from '../../sdk/store/database.ts';
import { addDeviceReducer, atFirst } from '../../state/add-device.ts';
import { Shell } from '../../ui/shell.tsx';
import { useBackground } from '../use-background.ts';
import { useCapture } from '../use-capture.ts';
import { AddDeviceScreen } from './add-device-screen.tsx';

export function AddDevicePage({ sdk }: { readonly sdk: Sdk }) {
  const [state, dispatch] = useReducer(addDeviceReducer, atFirst);
  const capture = useCapture();
  const attempt = useRef(new AbortController());
  const link = useRef(location.hash.slice(1));
  useBackground(sdk, state.screen === 'done');
  const { api } = sdk;
  const failed = (error: unknown) => dispatch({ type: 'failed', error: toWebError(error) });

  useEffect(() => {
    // The link works once, and whoever has it is taken for this device: out of the address bar and the history.
    history.replaceState(history.state, '', location.pathname);
    const load = async () => {
      readLink(link.current);
      dispatch({ type: 'loaded', consent: await api.consentText(language) });
    };
    load().catch(failed);
  }, []);

  // The models come while the person reads.
  useEffect(() => {
    if (state.screen === 'consent')
      void sdk
        .worker()
        .api.prepare()
        .catch(() => {});
  }, [sdk, state.screen]);

  const begin = async () => {
    if (state.screen !== 'tips') return;
    const { consent } = state;
    dispatch({ type: 'begun' });
    capture.reset();
    void persistStorage();
    const { signal } = attempt.current;
    const worker = sdk.worker();
    const unsubscribe = worker.subscribe(({ event, done, total }) => {
      if (event === 'tickets') dispatch({ type: 'progressed', progress: { done, total } });
    });
    try {
      const { displayName } = await join(
        { link: link.current, consent, deviceLabel: deviceLabel(navigator.userAgent) },
        {
          api,
          db: await sdk.database(),
          worker: worker.api,
          capture: capture.wait,
          signal,
          onCode: (code) => dispatch({ type: 'coded', code }),
          onStep: (step: JoinStep) => !signal.aborted && dispatch({ type: 'stepped', step }),
          onSent: (done, total) => dispatch({ type: 'progressed', progress: { done, total } }),
        },
      );
      markEnrolled();
      dispatch({ type: 'finished', displayName });
    } catch (error) {
      if (!signal.aborted) failed(error);
    } finally {
      unsubscribe();
    }
  };
  const leave = () => {
    attempt.current.abort();
    capture.cancel();
    location.assign('/account');
  };

  return (
    <Shell counter={sdk.counter} title={m.devices.joinTitle}>
      <AddDeviceScreen
        state={state}
        onConsent={() => dispatch({ type: 'consented' })}
        onBegin={() => void begin()}
        onLeave={leave}
        camera={() => (
          <CaptureView
            purpose="enrol"
            worker={sdk.worker()}
            challenged={capture.challenged()}
            counter={sdk.counter}
            onDone={capture.done}
            onFailed={capture.failed}
            onCancel={leave}
          />
        )}
      />
    </Shell>
  );
}
