/**
 * What a liveness session is to its caller. It looks at camera frames only; it knows no server, draws no screen and
 * has no clock.
 *
 * Use, once per capture:
 * ```
 * const session = createLivenessSession({ selfThreshold });
 * // For every frame, from the first: analyse it, or hand over the picture alone when a light slot leaves no time.
 * let progress = session.observe({ frame, report }, capturedAt);
 * if (progress.embed) progress = session.add(await engine.embed(frame, report.face.landmarks));
 * // Until progress.state is 'done' the person is getting into place ("ready"). Then, for each step of the server:
 * session.begin(step, shownAt);          // when the colour is painted or the request shown
 * // ... observe until progress.state is 'done', then
 * const evidence = session.finish(now);  // commit to its salted hash, ask for the next step
 * // After the last step:
 * const result = session.conclude();     // the probe, or why not
 * ```
 * @module
 */
import type { RgbaFrame } from '../core/frame.ts';
import type { FrameReport, Gate } from '../core/report.ts';
import type { LivenessStep } from './step.ts';

/**
 * Why a session ends without a probe. Each is an outcome code and has its own words on the screen.
 * Only the first kind is something an honest person can mend; none says how near it was.
 */
export const livenessRefusals = [
  // what the person can mend
  'face-lost', // no face for longer than `faceLostMs`
  'several-faces', // a second face for longer than a moment
  'other-movement', // turned the other way than asked
  'too-few-frames', // never still and frontal long enough for a probe
  // what looks like a presentation
  'still-image', // frames without any difference: a picture, not a camera
  'flat-image', // the movement is that of something flat
  'face-changed', // the frames are not of one person throughout
  'light-mismatch', // the face does not answer the light of the screen
  'light-late', // it answers, but later than a camera does
  // the caller's order of steps
  'step-unfinished', // `finish` or `conclude` before the step was done (its deadline came)
] as const;
export type LivenessRefusal = (typeof livenessRefusals)[number];

/** What to tell the person now: a gate of the picture, or what the step waits for. */
export type LivenessHint =
  | Gate
  | 'hold-still'
  | 'turn-left'
  | 'turn-right'
  | 'turn-back'
  | 'come-closer'
  | 'blink'
  | 'smile'
  | 'look-here';

export interface Observation {
  /** The picture: light and stillness are measured on it. Not kept. */
  readonly frame: RgbaFrame;
  /** What the engine says about this picture. Absent: the face is taken to be where it was last. */
  readonly report?: FrameReport;
}

export interface StepProgress {
  /** Of the step that was begun; before the first step, of getting into place. */
  readonly state: 'waiting' | 'done' | 'refused';
  /** 0..1, never goes back within a step. */
  readonly progress: number;
  readonly hint: LivenessHint;
  /** Compute the embedding of this frame and hand it to `add` before the next call. */
  readonly embed: boolean;
  /** With `refused`: the session is over. */
  readonly refusal?: LivenessRefusal;
}

export interface StepEvidence {
  /**
   * Canonical bytes (JSON, sorted keys) of what was measured during the step: times from its beginning, ratios to
   * the person's own neutral face, light over the slot. Stays on the device; only its salted hash is committed to.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type LivenessResult =
  /** `embedding`: mean over the near-frontal frames at the start and end of all steps, length 1; the caller wipes it. */
  | { readonly live: true; readonly embedding: Float32Array }
  | { readonly live: false; readonly refusal: LivenessRefusal };

/**
 * One capture with its challenge. All times are of one monotonic clock in ms: the time a frame was captured (not
 * when it was looked at), and the time a step was shown.
 */
export interface LivenessSession {
  /** Not before `observe` has said `done` for what came before. @throws {FaceError} `session-not-done` */
  begin(step: LivenessStep, at: number): void;
  observe(observation: Observation, at: number): StepProgress;
  /** The embedding that `observe` asked for; the session owns it now and wipes it. */
  add(embedding: Float32Array): StepProgress;
  /** Ends the current step. An unfinished step refuses the session. */
  finish(at: number): StepEvidence;
  /** Decides, once. A second call gives `session-not-done`. @throws {FaceError} `session-not-done` */
  conclude(): LivenessResult;
  /** Overwrites what was collected. */
  wipe(): void;
}
