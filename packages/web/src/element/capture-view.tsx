/**
 * The camera screen: mirrored preview in an oval, a ring that fills, one hint at a time, a way out.
 * @module
 */
import type { ChallengeProfile } from '@blindsight/protocol/wire';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { format, formatBytes, m } from '../messages/index.ts';
import { openChallengeLine } from '../sdk/challenge-line.ts';
import type { Challenged } from '../sdk/challenged.ts';
import type { TrafficCounter } from '../sdk/counter.ts';
import type { WebError } from '../sdk/errors.ts';
import { Button } from '../ui/button.tsx';
import { useFocus } from '../ui/use-focus.ts';
import type { DeviceWorker } from '../worker/client.ts';
import type { CapturePurpose, ShownStep } from '../worker/contract.ts';
import { listCameras } from './camera.ts';
import { CameraPicker } from './camera-picker.tsx';
import { cancelled, runCapture } from './capture-run.ts';
import { ChallengeStep, painted } from './challenge-step.tsx';
import { type Hint, isGood, noHint, showHint } from './hints.ts';
import { chooseProfile, knownProfile } from './light-choice.ts';
import { LightWarning } from './light-warning.tsx';
import { Oval } from './oval.tsx';
import { type ModelsProgress, useModels } from './use-models.ts';

export interface CaptureViewProps {
  readonly purpose: CapturePurpose;
  /** What the ceremony asks for beside frames. */
  readonly challenged: Challenged | undefined;
  readonly counter: TrafficCounter;
  readonly worker: DeviceWorker;
  /** The frames are taken and the camera is off. */
  readonly onDone: () => void;
  readonly onFailed: (error: WebError) => void;
  readonly onCancel: () => void;
}

/** The camera, once it is known whether the screen may light the face. */
export function CaptureView(props: CaptureViewProps) {
  const { challenged, onCancel } = props;
  const [profile, setProfile] = useState(() => challenged && knownProfile(challenged.policy));
  if (!challenged) return <Camera {...props} challenge={undefined} />;
  if (profile) return <Camera {...props} challenge={{ challenged, profile }} />;
  const choose = (chosen: ChallengeProfile) => {
    chooseProfile(chosen);
    setProfile(chosen);
  };
  return <LightWarning onChoose={choose} onCancel={onCancel} />;
}

type CameraProps = CaptureViewProps & {
  readonly challenge: { readonly challenged: Challenged; readonly profile: ChallengeProfile } | undefined;
};

function Camera({ purpose, challenge, counter, worker, onDone, onFailed, onCancel }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null);
  const focused = useFocus<HTMLParagraphElement>();
  const models = useModels(worker);
  const [cameraId, setCameraId] = useState<string>();
  const [cameras, setCameras] = useState<readonly MediaDeviceInfo[]>([]);
  const [on, setOn] = useState(false);
  const [progress, setProgress] = useState({ taken: 0, wanted: 0 });
  const [step, setStep] = useState<ShownStep>();
  const [hint, dispatch] = useReducer(
    (state: typeof noHint, next: Hint) => showHint(state, next, performance.now()),
    noHint,
  );

  // The run belongs to the camera: another camera is another run, leaving the screen ends it.
  useEffect(() => {
    setOn(false);
    setStep(undefined);
    const run = runCapture({
      purpose,
      worker: worker.api,
      video: video.current!,
      cameraId,
      opened(camera) {
        setOn(true);
        void listCameras().then(setCameras, () => {});
        if (!cameraId && camera.deviceId) setSelected(camera.deviceId);
      },
      ...(challenge && {
        challenge: {
          ...challenge,
          openLine: () => openChallengeLine(challenge.challenged.path, counter),
          show(next: ShownStep) {
            setStep(next);
            return painted();
          },
        },
      }),
      looked(status) {
        if (status.status === 'live') {
          setProgress({ taken: Math.round(100 * status.progress), wanted: 100 });
          dispatch(status.hint);
          return;
        }
        setProgress({ taken: status.taken, wanted: status.wanted });
        if (status.status === 'collecting') {
          dispatch(status.hint === 'ok' && status.taken > 0 ? 'more' : status.hint);
        }
      },
    });
    run.finished.then(onDone, (error) => error !== cancelled && onFailed(error as WebError));
    return () => run.cancel();
  }, [cameraId]);
  const [selected, setSelected] = useState('');

  const shown: Hint = on ? hint.shown : 'waiting';
  const text = on ? m.capture.hints[shown] : m.capture.starting;
  const count = format(challenge ? m.capture.share : m.capture.progress, progress);

  return (
    <section class="capture" aria-label={m.capture.label} data-lit={step?.step.kind === 'light'}>
      <h1 class="sr-only">{m.capture.label}</h1>
      <div class="capture-stage" data-on={on}>
        {/* The preview is decoration for those who see it (hints carry the meaning); without controls it takes no focus. */}
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: see above */}
        <video ref={video} class="capture-video" muted playsInline autoPlay aria-hidden="true" />
        <Oval share={progress.wanted ? progress.taken / progress.wanted : 0} good={isGood(shown)} />
        <p class="capture-light" data-on={on}>
          {on ? m.capture.recording : m.capture.ended}
        </p>
      </div>
      <div class="capture-hint-line">
        <p
          ref={focused}
          tabIndex={-1}
          class="capture-hint"
          data-testid="hint"
          data-code={shown}
          data-good={isGood(shown)}
        >
          {text}
        </p>
        {!on && <p class="muted">{waitingFor(models)}</p>}
      </div>
      {on && step && <ChallengeStep shown={step} />}
      <p class="sr-only" aria-live="polite" aria-atomic="true">
        {on ? m.capture.hints[hint.spoken] : m.capture.starting}
      </p>
      <progress
        class="sr-only"
        data-testid="capture-progress"
        data-taken={progress.taken}
        data-wanted={progress.wanted}
        aria-label={count}
        max={progress.wanted || 1}
        value={progress.taken}
      />
      {models.prepared?.researchOnly && (
        <p class="fine centred" data-testid="research-only">
          {m.capture.researchOnly}
        </p>
      )}
      <div class="capture-actions">
        {cameras.length > 1 && (
          <CameraPicker cameras={cameras} selected={cameraId ?? selected} onSelect={setCameraId} />
        )}
        <Button kind="quiet" testId="cancel" onClick={onCancel}>
          {m.common.cancel}
        </Button>
      </div>
    </section>
  );
}

/** Before the camera is on: the browser's question, or files that are still coming. */
function waitingFor({ prepared, done, total }: ModelsProgress): string {
  if (prepared || total === 0) return m.capture.allow;
  return format(m.capture.models, { done: formatBytes(done), total: formatBytes(total) });
}
