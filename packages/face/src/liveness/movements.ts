/**
 * The movements a challenge asks for, as the frames show them. Each detector is fed every analysed frame of its step
 * and says how far the movement is; none has a clock or looks at pixels.
 * @module
 */
import type { LivenessHint, LivenessRefusal } from './contract.ts';
import { livenessLimits as limits } from './limits.ts';
import type { Relative } from './neutral.ts';
import type { LivenessStep } from './step.ts';

export interface Sight {
  /** 0..1; 1 when the movement has been seen. */
  readonly progress: number;
  readonly hint: LivenessHint;
  readonly refusal?: LivenessRefusal;
}

/** Feeds one frame. @param at ms */
export type MovementDetector = (now: Relative, at: number) => Sight;

export function createDetector(step: Exclude<LivenessStep, { kind: 'light' }>): MovementDetector {
  switch (step.kind) {
    case 'turn':
      return turnDetector(step.direction);
    case 'closer':
      return growth('come-closer', ({ height }) => height, limits.closer.least);
    case 'smile':
      return growth('smile', smileOf, limits.smile.least);
    case 'blink':
      return blinkDetector();
  }
}

function turnDetector(direction: 'left' | 'right'): MovementDetector {
  const { least, most } = limits.turn;
  let [seen, wrong, flat] = [0, 0, 0];
  return ({ yaw, movement }) => {
    const turned = direction === 'left' ? yaw : -yaw;
    if (turned >= least && turned <= most) {
      if (movement.depth >= limits.flat.head) seen++;
      else flat++;
    }
    if (turned <= -least) wrong++;
    const hint: LivenessHint = turned > most ? 'turn-less' : `turn-${direction}`;
    const progress = seen >= limits.seenFrames ? 1 : Math.min(0.9, Math.max(0, (0.9 * turned) / least));
    if (flat >= limits.seenFrames) return { progress, hint, refusal: 'flat-image' };
    if (wrong >= limits.seenFrames) return { progress, hint, refusal: 'other-movement' };
    return { progress, hint };
  };
}

/** A ratio that shall grow from 1 to `least`. */
function growth(hint: LivenessHint, value: (now: Relative) => number, least: number): MovementDetector {
  let seen = 0;
  return (now) => {
    const grown = value(now);
    if (grown >= least) seen++;
    const progress =
      seen >= limits.seenFrames ? 1 : Math.min(0.9, Math.max(0, (0.9 * (grown - 1)) / (least - 1)));
    return { progress, hint };
  };
}

const smileOf = ({ mouth, yaw }: Relative): number => (Math.abs(yaw) <= limits.smile.yaw ? mouth : 1);

/** Open, closed, open again, with the head where it was. */
function blinkDetector(): MovementDetector {
  const { closed, open, leastMs, mostMs, pitch, proportion } = limits.blink;
  let openAt: number | undefined;
  let shut = false;
  let seen = false;
  return (now, at) => {
    const steady = Math.abs(now.pitch) <= pitch && Math.abs(now.proportion - 1) <= proportion;
    if (now.eye >= open) {
      const gap = at - (openAt ?? at);
      if (shut && gap >= leastMs && gap <= mostMs) seen = true;
      openAt = at;
      shut = false;
    } else if (now.eye < closed && steady && openAt !== undefined) {
      shut = true;
    }
    return { progress: seen ? 1 : shut ? 0.5 : 0, hint: 'blink' };
  };
}
