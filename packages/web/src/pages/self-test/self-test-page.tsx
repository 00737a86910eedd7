/** "Why was I refused?", for the eyes of the person alone: camera and light, measured on this device. */
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { openCamera } from '../../element/camera.ts';
import { pumpFrames } from '../../element/frames.ts';
import { type Hint, isGood, noHint, showHint } from '../../element/hints.ts';
import { m } from '../../messages/index.ts';
import { toWebError, WebError } from '../../sdk/errors.ts';
import type { Sdk } from '../../sdk/index.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { ErrorOutcome } from '../../ui/outcome.tsx';
import { Shell } from '../../ui/shell.tsx';
import type { Look } from '../../worker/contract.ts';
import { measuresOf } from './measures.ts';

type State =
  | { readonly at: 'start' }
  | { readonly at: 'looking' }
  | { readonly at: 'broke'; readonly error: WebError };

export function SelfTestPage({ sdk }: { readonly sdk: Sdk }) {
  const [state, setState] = useState<State>({ at: 'start' });
  const t = m.selfTest;
  return (
    <Shell counter={sdk.counter} title={t.title}>
      <Heading>{t.title}</Heading>
      {state.at === 'start' && (
        <>
          <p>{t.intro}</p>
          <p class="muted">{t.stays}</p>
          <Button testId="begin" onClick={() => setState({ at: 'looking' })}>
            {t.start}
          </Button>
        </>
      )}
      {state.at === 'looking' && (
        <Looking
          sdk={sdk}
          onStop={() => setState({ at: 'start' })}
          onBroke={(error) => setState({ at: 'broke', error })}
        />
      )}
      {state.at === 'broke' && (
        <ErrorOutcome error={state.error}>
          <Button testId="begin" onClick={() => setState({ at: 'looking' })}>
            {m.common.retry}
          </Button>
        </ErrorOutcome>
      )}
    </Shell>
  );
}

interface LookingProps {
  readonly sdk: Sdk;
  readonly onStop: () => void;
  readonly onBroke: (error: WebError) => void;
}

function Looking({ sdk, onStop, onBroke }: LookingProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [look, setLook] = useState<Look>();
  const [hint, dispatch] = useReducer(
    (state: typeof noHint, next: Hint) => showHint(state, next, performance.now()),
    noHint,
  );

  useEffect(() => {
    const { api } = sdk.worker();
    let release = () => {};
    let left = false;
    const leave = () => {
      left = true;
      release();
      document.removeEventListener('visibilitychange', hidden);
    };
    const broke = (error: unknown) => {
      if (left) return;
      leave();
      onBroke(toWebError(error));
    };
    const hidden = () => document.visibilityState === 'hidden' && broke(new WebError('page-hidden'));
    document.addEventListener('visibilitychange', hidden);

    const begin = async (element: HTMLVideoElement) => {
      const [camera] = await Promise.all([openCamera(), api.prepare()]);
      release = () => camera.close();
      if (left) return release();
      camera.onLost(() => broke(new WebError('camera-lost')));
      element.srcObject = camera.stream;
      await element.play();
      const pump = pumpFrames(element, {
        failed: broke,
        async look(picture) {
          const seen = await api.look(picture);
          if (left) return;
          setLook(seen);
          dispatch(seen.gate);
        },
      });
      release = () => {
        pump.stop();
        camera.close();
        element.srcObject = null;
      };
    };
    begin(video.current!).catch(broke);
    return leave;
  }, [sdk]);

  const t = m.selfTest;
  return (
    <section class="capture" aria-label={m.capture.label}>
      <div class="capture-stage" data-on={look !== undefined}>
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: decoration for those who see it; without controls it takes no focus */}
        <video ref={video} class="capture-video" muted playsInline autoPlay aria-hidden="true" />
      </div>
      <p class="capture-hint" data-testid="hint" data-code={hint.shown} data-good={isGood(hint.shown)}>
        {hint.shown === 'ok' ? t.good : look ? m.capture.hints[hint.shown] : m.capture.starting}
      </p>
      <p class="sr-only" aria-live="polite" aria-atomic="true">
        {hint.spoken === 'ok' ? t.good : m.capture.hints[hint.spoken]}
      </p>
      {look && (
        <table class="measures" data-testid="measures">
          <thead>
            <tr>
              <th scope="col">{t.measure}</th>
              <th scope="col">{t.value}</th>
              <th scope="col">{t.wanted}</th>
            </tr>
          </thead>
          <tbody>
            {measuresOf(look).map(({ name, label, value, wanted, good }) => (
              <tr key={name} data-name={name} data-good={good}>
                <th scope="row">{label}</th>
                <td>
                  {value} <span class="sr-only">{good ? t.fits : t.doesNotFit}</span>
                </td>
                <td>{wanted}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="capture-actions">
        <Button kind="quiet" testId="cancel" onClick={onStop}>
          {t.stop}
        </Button>
      </div>
    </section>
  );
}
