/**
 * A challenge played in simulated time: somebody before a camera, the server's steps and deadlines, and the capture of
 * the page's worker, fed from Node. What is faster or slower here than in the world does not matter: every time is
 * an argument.
 * @module
 */
import type { RgbaFrame } from '@blindsight/face';
import { type LivenessRefusal, type LivenessStep, lightOf } from '@blindsight/face/liveness';
import { type Act, type Actor, createActor, createRenderer, type Person } from '@blindsight/face/synthetic';
import { allowances } from '../../packages/protocol/src/server/challenge.ts';
import type { WebError } from '../../packages/web/src/sdk/errors.ts';
import type { Chips } from '../../packages/web/src/worker/chips.ts';
import { LiveCapture } from '../../packages/web/src/worker/live-capture.ts';

/** Whoever is before the camera. Times in ms of the run. */
export interface Subject {
  frameAt(at: number): RgbaFrame;
  /** The screen changes; undefined: it shows the page again. */
  screen?(step: (LivenessStep & { kind: 'light' }) | undefined, at: number): void;
  /** A movement is asked for. */
  asked?(step: LivenessStep, at: number): void;
}

export interface ChallengeRun {
  /** As the worker has them. */
  readonly models: ConstructorParameters<typeof LiveCapture>[0];
  readonly subject: Subject;
  readonly steps: readonly LivenessStep[];
  /** Frames looked at per second. */
  readonly framesPerSecond: number;
  /** Where pictures are kept, for a check on one of them. */
  readonly chips?: Chips;
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

/** Through the capture of the page's worker, with the steps and the deadlines of the server. */
export async function runChallenge({
  models,
  subject,
  steps,
  framesPerSecond,
  chips,
}: ChallengeRun): Promise<RunResult> {
  const capture = new LiveCapture(models, 'sign-in', chips);
  const frameMs = 1000 / framesPerSecond;
  let at = 0;
  /** True when what was waited for is done, false when the deadline came, otherwise why not. */
  const untilDone = async (deadline: number): Promise<boolean | LivenessRefusal> => {
    while (at <= deadline) {
      const status = await capture.lookAt(subject.frameAt(at), at);
      at += frameMs;
      if (status.status === 'failed') return status.code as LivenessRefusal;
      if (status.status === 'live' && status.done) return true;
    }
    return false;
  };
  const ended = (done: false | LivenessRefusal, late: RunOutcome, step: number): RunResult => {
    capture.wipe();
    return { outcome: done || late, step, ms: at };
  };

  const ready = await untilDone(patience);
  if (ready !== true) return ended(ready, 'not-ready', -1);
  for (const [k, step] of steps.entries()) {
    const shown = at + roundTrip;
    const allowed = step.kind === 'light' ? step.ms + allowances.light : allowances.movement;
    capture.begin(step, shown);
    if (step.kind === 'light') subject.screen?.(step, shown);
    else {
      subject.screen?.(undefined, shown);
      subject.asked?.(step, shown);
    }
    const done = await untilDone(shown + allowed);
    if (done !== true) return ended(done, 'late', k);
    capture.finish(at);
  }
  // The frame that comes before the server's last word.
  subject.screen?.(undefined, at);
  await capture.lookAt(subject.frameAt(at), at);
  try {
    capture.conclude();
  } catch (error) {
    return ended((error as WebError).code as LivenessRefusal, 'late', steps.length);
  }
  return { outcome: 'live', step: steps.length, embedding: capture.take(), ms: at };
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
