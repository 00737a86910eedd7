/**
 * A challenge played in simulated time: somebody before a camera, the server's steps and deadlines, the face engine and
 * the liveness session as in the page. What is faster or slower here than in the world does not matter: every time is
 * an argument.
 * @module
 */
import type { FaceEngine, RgbaFrame } from '@blindsight/face';
import {
  createLivenessSession,
  type LivenessRefusal,
  type LivenessStep,
  lightOf,
  type StepProgress,
} from '@blindsight/face/liveness';
import { type Act, type Actor, createActor, createRenderer, type Person } from '@blindsight/face/synthetic';
import { allowances } from '../../packages/protocol/src/server/challenge.ts';

/** Whoever is before the camera. Times in ms of the run. */
export interface Subject {
  frameAt(at: number): RgbaFrame;
  /** The screen changes; undefined: it shows the page again. */
  screen?(step: (LivenessStep & { kind: 'light' }) | undefined, at: number): void;
  /** A movement is asked for. */
  asked?(step: LivenessStep, at: number): void;
}

export interface ChallengeRun {
  readonly engine: FaceEngine;
  readonly selfThreshold: number;
  readonly subject: Subject;
  readonly steps: readonly LivenessStep[];
  /** Frames analysed per second. */
  readonly framesPerSecond?: number;
  readonly calmEmbeddings?: number;
}

/** `not-ready`: never got into place; `late`: the server's deadline came. */
export type RunOutcome = 'live' | LivenessRefusal | 'not-ready' | 'late';

export interface RunResult {
  readonly outcome: RunOutcome;
  /** Of the step under way; -1 before the first, the number of steps after the last. */
  readonly step: number;
  /** With `live`. */
  readonly embedding?: Float32Array;
  /** Simulated, from the first frame. */
  readonly ms: number;
}

/** How long a person may take to get into place. Unit: ms. */
const patience = 8000;
/** From a commitment to the next step on the screen. Unit: ms. */
const roundTrip = 50;

export async function runChallenge({
  engine,
  selfThreshold,
  subject,
  steps,
  framesPerSecond = 10,
  calmEmbeddings = 2,
}: ChallengeRun): Promise<RunResult> {
  const session = createLivenessSession({ selfThreshold, calmEmbeddings });
  const frameMs = 1000 / framesPerSecond;
  let at = 0;
  const untilDone = async (deadline: number): Promise<StepProgress | undefined> => {
    for (; at <= deadline; at += frameMs) {
      const frame = subject.frameAt(at);
      const report = await engine.analyze(frame);
      let progress = session.observe({ frame, report }, at);
      if (progress.embed) progress = session.add(await engine.embed(frame, report.face!.landmarks));
      if (progress.state !== 'waiting') {
        at += frameMs;
        return progress;
      }
    }
    return undefined;
  };
  const ended = (outcome: RunOutcome, step: number): RunResult => {
    session.wipe();
    return { outcome, step, ms: at };
  };

  const ready = await untilDone(patience);
  if (ready?.state !== 'done') return ended(ready?.refusal ?? 'not-ready', -1);
  for (const [k, step] of steps.entries()) {
    const shown = at + roundTrip;
    const allowed = step.kind === 'light' ? step.ms + allowances.light : allowances.movement;
    session.begin(step, shown);
    if (step.kind === 'light') subject.screen?.(step, shown);
    else {
      subject.screen?.(undefined, shown);
      subject.asked?.(step, shown);
    }
    // Frames on the way between two steps are looked at too, as in the page.
    const progress = await untilDone(shown + allowed);
    if (progress?.state !== 'done') return ended(progress?.refusal ?? 'late', k);
    session.finish(at);
  }
  // The camera is behind the screen: the last slot's answer needs a moment.
  subject.screen?.(undefined, at);
  for (let i = 0; i < 3; i++, at += frameMs) session.observe({ frame: subject.frameAt(at) }, at);
  const result = session.conclude();
  return result.live
    ? { outcome: 'live', step: steps.length, embedding: result.embedding, ms: at }
    : { outcome: result.refusal, step: steps.length, ms: at };
}

/** Time to read what is asked. Unit: ms. */
const reaction = 350;
/** What the page shines when no slot is on (linear). */
const pageLight = [0.5, 0.5, 0.5] as const;

export interface RenderedSubjectOptions {
  readonly take: string;
  /** From the screen to the frame that shows it. Unit: ms. */
  readonly lightDelay?: number;
  readonly yaw?: number;
}

/** A rendered person who does what is asked. */
export function renderedSubject(
  person: Person,
  { take, lightDelay = 80, yaw = 22 }: RenderedSubjectOptions,
  actor: Actor = createActor(person, { take, lightDelay }, createRenderer(person)),
): Subject & { readonly actor: Actor } {
  actor.screen(pageLight, 0);
  return {
    actor,
    frameAt: (at) => actor.frameAt(at),
    screen: (step, at) => actor.screen(step ? lightOf(step.colour) : pageLight, at),
    asked: (step, at) => actor.cue(actOf(step, yaw), at + reaction),
  };
}

function actOf(step: LivenessStep, yaw: number): Act {
  switch (step.kind) {
    case 'turn':
      return { do: 'turn', yaw: step.direction === 'left' ? yaw : -yaw };
    case 'closer':
      return { do: 'closer', ratio: 1.36 };
    case 'blink':
    case 'smile':
      return { do: step.kind };
    case 'light':
      throw new RangeError('a light slot is no movement');
  }
}
