/**
 * One capture without its looks: camera to worker, frame by frame, until there are enough good frames, the time
 * is up, or something takes the camera away.
 * @module
 */

import type { ChallengeLine } from '../sdk/challenge-line.ts';
import { type ErrorCode, toWebError, WebError } from '../sdk/errors.ts';
import { type Gate, isGate } from '../sdk/gates.ts';
import type { CapturePurpose, CaptureStatus, DeviceWorkerApi } from '../worker/contract.ts';
import { type Camera, openCamera } from './camera.ts';
import { type ChallengeRun, type ChallengeRunOptions, runChallenge } from './challenge-run.ts';
import { type FramePump, pumpFrames } from './frames.ts';
import { mostFrequent } from './hints.ts';

/** How long a person may try. An enrolment wants more frames, and turning. Unit: ms. */
export const captureLimitMs: Readonly<Record<CapturePurpose, number>> = { 'sign-in': 25_000, enrol: 60_000 };
/** A camera that shows no frame in this time shows none. Unit: ms. */
const firstFrameMs = 6_000;

export interface CaptureRun {
  /** Resolves when the frames are taken and the camera is off; rejects with the code to show. */
  readonly finished: Promise<void>;
  /** Switches the camera off and forgets the frames. `finished` then rejects with `cancelled`. */
  cancel(): void;
}

export interface CaptureRunOptions {
  readonly purpose: CapturePurpose;
  readonly worker: Pick<
    DeviceWorkerApi,
    'prepare' | 'startCapture' | 'frame' | 'stopCapture' | 'revealed' | 'shown' | 'commit'
  >;
  readonly video: HTMLVideoElement;
  readonly cameraId?: string | undefined;
  /** The camera is on and its picture in `video`. */
  readonly opened: (camera: Camera) => void;
  readonly looked: (status: Exclude<CaptureStatus, { status: 'failed' }>) => void;
  /** With a challenge: how it is led, and how its steps come on the screen. */
  readonly challenge?: Pick<ChallengeRunOptions, 'challenged' | 'profile' | 'show'> & {
    readonly openLine: () => ChallengeLine;
  };
}

/** Thrown by `finished` after `cancel`; never shown. */
export const cancelled: unique symbol = Symbol('capture cancelled');

export function runCapture(options: CaptureRunOptions): CaptureRun {
  const { purpose, worker, video } = options;
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
  const gates = new Map<Gate, number>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let camera: Camera | undefined;
  let pump: FramePump | undefined;
  let challenge: ChallengeRun | undefined;
  let ended = false;

  /** Everything that holds the camera or a frame goes here, whichever way the capture ends. */
  const end = (): boolean => {
    if (ended) return false;
    ended = true;
    pump?.stop();
    challenge?.stop();
    camera?.close();
    video.srcObject = null;
    for (const timer of timers) clearTimeout(timer);
    document.removeEventListener('visibilitychange', hidden);
    screen.orientation?.removeEventListener('change', turned);
    return true;
  };
  const fail = (error: unknown) => {
    if (end()) {
      void worker.stopCapture().catch(() => {});
      reject(error);
    }
  };
  const failWith = (code: ErrorCode) => fail(new WebError(code));
  const after = (ms: number, code: () => ErrorCode) => {
    const timer = setTimeout(() => failWith(code()), ms);
    timers.add(timer);
    return timer;
  };
  const count = (gate: Gate) => gates.set(gate, (gates.get(gate) ?? 0) + 1);
  const hidden = () => document.visibilityState === 'hidden' && failWith('page-hidden');
  // The picture changes its sides: what was measured of the face at rest is no longer beside it.
  const turned = () => failWith('device-turned');

  const begin = async () => {
    // The permission question and the models take their time side by side.
    const [opened] = await Promise.all([openCamera(options.cameraId), worker.prepare()]);
    if (ended) return opened.close();
    camera = opened;
    camera.onLost(() => failWith('camera-lost'));
    document.addEventListener('visibilitychange', hidden);
    if (options.challenge) screen.orientation?.addEventListener('change', turned);
    video.srcObject = camera.stream;
    const first = after(firstFrameMs, () => 'camera-blocked');
    await video.play();
    await worker.startCapture(purpose, options.challenge !== undefined);
    if (ended) return;
    options.opened(camera);
    const limit = after(captureLimitMs[purpose], () => mostFrequent(gates));
    if (options.challenge) {
      const { openLine, ...asked } = options.challenge;
      const late = () => failWith('step-unfinished');
      challenge = runChallenge({ ...asked, line: openLine(), worker, late });
    }

    pump = pumpFrames(video, {
      failed: (error) => fail(toWebError(error)),
      look: async (picture, at) => {
        clearTimeout(first);
        const status = await worker.frame(picture, at);
        if (ended) return;
        if (status.status === 'failed') return failWith(status.code);
        if (status.status !== 'done' && isGate(status.hint)) count(status.hint);
        options.looked(status);
        if (status.status === 'live' && status.done) {
          // From here on each step has its own time.
          clearTimeout(limit);
          if (!(await challenge!.done(at))) return;
        } else if (status.status !== 'done') return;
        if (end()) resolve();
      },
    });
  };

  begin().catch((error) => fail(toWebError(error)));
  return { finished, cancel: () => fail(cancelled) };
}
